using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Platform.Hosting.Certificates;

/// <summary>
/// The certificate of an <c>https</c> address, from the files that <c>Kestrel:Certificates:Default</c> names as Kestrel does
/// (<c>Path</c>, and <c>KeyPath</c> or <c>Password</c>). Kestrel by itself reads them once: these are read again when they change,
/// so that a renewed certificate needs no restart. A service shows it to other services, too.
/// </summary>
internal sealed class TlsCertificate
{
    /// <summary>The configuration section that names it.</summary>
    public const string Section = "Kestrel:Certificates:Default";

    private readonly string _path;
    private readonly string _keyPath;
    private readonly string? _password;
    private readonly TimeProvider _time;
    private readonly RenewedFiles<SslStreamCertificateContext> _files;

    /// <summary>Reads it; throws with a sentence when it cannot be read.</summary>
    public TlsCertificate(IConfiguration configuration, IMeterFactory meters, TimeProvider time, ILogger<TlsCertificate> log)
    {
        var section = configuration.GetSection(Section);
        (_path, _keyPath, _password, _time) = (section["Path"] ?? "", section["KeyPath"] ?? "", section["Password"], time);
        try
        {
            _files = new("The certificate", _keyPath.Length > 0 ? [_path, _keyPath] : [_path], Read,
                read => $"it is valid until {EndOf(read.TargetCertificate)}", time, log);
        }
        catch (Exception e) when (RenewedFiles<SslStreamCertificateContext>.IsUnreadable(e))
        {
            throw new InvalidOperationException($"The certificate \"{_path}\" ({Section}:Path) and its key \"{_keyPath}\" "
                + $"({Section}:KeyPath) cannot be used: {e.Message}", e);
        }
        meters.Create("Platform.Listen").CreateObservableGauge("platform.certificate.expires",
            // Looked at, so that a renewed one is seen before the next connection.
            () => new DateTimeOffset(Current().TargetCertificate.NotAfter).ToUnixTimeSeconds(), "s",
            "When the certificate ends that this process shows, in seconds since 1970.");
    }

    /// <summary>Whether a process has one.</summary>
    public static bool IsNamed(IConfiguration configuration) => configuration.GetSection(Section).GetChildren().Any();

    /// <summary>The certificate for a new connection.</summary>
    public SslStreamCertificateContext Current() => _files.Current();

    private SslStreamCertificateContext Read()
    {
        X509Certificate2 own;
        var chain = new X509Certificate2Collection();
        if (_keyPath.Length > 0)
        {
            own = _password is null ? X509Certificate2.CreateFromPemFile(_path, _keyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(_path, _password, _keyPath);
            // The intermediate certificates: callers may know the root only.
            chain.ImportFromPemFile(_path);
        }
        else
        {
            own = X509CertificateLoader.LoadPkcs12FromFile(_path, _password);
        }
        // Everybody would refuse it. One that replaces another may have been renewed from an old copy.
        if (own.NotAfter.ToUniversalTime() < _time.GetUtcNow().UtcDateTime)
            throw new CryptographicException($"It ended at {EndOf(own)}. Renew it.");
        return SslStreamCertificateContext.Create(own, chain, offline: true);
    }

    private static string EndOf(X509Certificate2 certificate) =>
        certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
