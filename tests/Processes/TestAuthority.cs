using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Processes;

/// <summary>An authority that issues certificates for a test.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _certificate;

    /// <summary>Makes one whose name no other has.</summary>
    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=Authority {Guid.NewGuid():n}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
    }

    /// <summary>Its name, as certificates say who issued them.</summary>
    public string Name => _certificate.Subject;

    /// <summary>Its own certificate.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>Issues a certificate for loopback, with its key.</summary>
    /// <param name="name">Whose it is, for example <c>CN=peer</c>.</param>
    /// <param name="until">When it ends; in a day if not given.</param>
    /// <param name="usage">The object identifier of what it is for; for everything if not given.</param>
    public X509Certificate2 Issue(string name, DateTimeOffset? until = null, string? usage = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        var addresses = new SubjectAlternativeNameBuilder();
        addresses.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(addresses.Build());
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(usage)], critical: false));
        using var issued = request.Create(_certificate, DateTimeOffset.UtcNow.AddDays(-1), until ?? DateTimeOffset.UtcNow.AddDays(1),
            RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Writes a certificate and its key into a folder; returns the settings with which a process serves with them.</summary>
    public static IReadOnlyDictionary<string, string> Write(X509Certificate2 certificate, string folder)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var (path, keyPath) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        File.WriteAllText(path, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return new Dictionary<string, string>
        {
            ["Kestrel:Certificates:Default:Path"] = path,
            ["Kestrel:Certificates:Default:KeyPath"] = keyPath,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();
}
