using System.Diagnostics.Metrics;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Platform.Hosting;

/// <summary>
/// The certificate of an <c>https</c> address, from the files that <c>Kestrel:Certificates:Default</c> names as Kestrel does
/// (<c>Path</c>, and <c>KeyPath</c> or <c>Password</c>). Kestrel by itself reads them once: these are read again when they change,
/// so that a renewed certificate needs no restart.
/// </summary>
internal sealed partial class TlsCertificate
{
    /// <summary>The configuration section that names it.</summary>
    public const string Section = "Kestrel:Certificates:Default";

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    private readonly string _path;
    private readonly string _keyPath;
    private readonly string? _password;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _reading = new();
    private (DateTime Certificate, DateTime Key) _written;
    private SslStreamCertificateContext _current;
    private long _lookedTicks;

    /// <summary>Reads it; throws with a sentence when it cannot be read.</summary>
    public TlsCertificate(IConfiguration configuration, IMeterFactory meters, TimeProvider time, ILogger<TlsCertificate> log)
    {
        var section = configuration.GetSection(Section);
        (_path, _keyPath, _password) = (section["Path"] ?? "", section["KeyPath"] ?? "", section["Password"]);
        (_time, _log) = (time, log);
        try
        {
            _current = Read();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOperationException($"The certificate \"{_path}\" ({Section}:Path) and its key \"{_keyPath}\" "
                + $"({Section}:KeyPath) cannot be read: {e.Message}", e);
        }
        _lookedTicks = time.GetUtcNow().Ticks;
        meters.Create("Platform.Listen").CreateObservableGauge("platform.certificate.expires",
            // Looked at, so that a renewed one is seen before the next connection.
            () => new DateTimeOffset(Current().TargetCertificate.NotAfter).ToUnixTimeSeconds(), "s",
            "When the certificate ends that this process shows, in seconds since 1970.");
    }

    /// <summary>The certificate for a new connection.</summary>
    public SslStreamCertificateContext Current()
    {
        if (_time.GetUtcNow().Ticks - Interlocked.Read(ref _lookedTicks) < LookInterval.Ticks)
            return Volatile.Read(ref _current);
        lock (_reading)
        {
            Interlocked.Exchange(ref _lookedTicks, _time.GetUtcNow().Ticks);
            if (Written() == _written)
                return _current;
            try
            {
                Volatile.Write(ref _current, Read());
                LogRead(_path, new DateTimeOffset(_current.TargetCertificate.NotAfter));
            }
            catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Half written, perhaps: the one from before is shown until the files are in order.
                LogUnreadable(_path, e.Message);
            }
            return _current;
        }
    }

    private (DateTime Certificate, DateTime Key) Written() =>
        (File.GetLastWriteTimeUtc(_path), _keyPath.Length > 0 ? File.GetLastWriteTimeUtc(_keyPath) : default);

    private SslStreamCertificateContext Read()
    {
        var written = Written();
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
        var context = SslStreamCertificateContext.Create(own, chain, offline: true);
        _written = written;
        return context;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The certificate \"{Path}\" was read again; it is valid until {Expires}.")]
    private partial void LogRead(string path, DateTimeOffset expires);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The certificate \"{Path}\" was changed and cannot be read; the one from before stays. {Reason}")]
    private partial void LogUnreadable(string path, string reason);
}
