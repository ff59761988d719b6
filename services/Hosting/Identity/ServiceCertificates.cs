using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Hosting.Certificates;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Identity;

/// <summary>
/// The certificates that services show on their connections beside their tokens (mutual TLS), where
/// <see cref="IdentityOptions.ServiceAuthorityFile"/> asks for them. Whose they are is said by the token alone.
/// </summary>
internal sealed partial class ServiceCertificates
{
    private readonly RenewedFiles<X509Certificate2Collection>? _authorities;
    private readonly ILogger _log;
    private readonly LogLimit _limit;

    /// <summary>Reads the authorities; throws with a sentence when they cannot be read.</summary>
    public ServiceCertificates(IOptions<IdentityOptions> options, TimeProvider time, ILogger<ServiceCertificates> log)
    {
        (_log, _limit) = (log, new LogLimit(TimeSpan.FromMinutes(1), time));
        if (options.Value.ServiceAuthorityFile is not { Length: > 0 } path)
            return;
        try
        {
            _authorities = new("The file of authorities", [path], () => Read(path), read => $"authorities: {read.Count}", time, log);
        }
        catch (Exception e) when (RenewedFiles<X509Certificate2Collection>.IsUnreadable(e))
        {
            throw new InvalidOperationException(
                $"The authorities \"{path}\" (Identity:ServiceAuthorityFile) cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Whether a service must show one.</summary>
    public bool AreRequired => _authorities is not null;

    /// <summary>
    /// Lets a caller show a certificate on a new connection. One that none of the authorities issued ends the connection;
    /// callers that are no services show none.
    /// </summary>
    public void AskFor(SslServerAuthenticationOptions connection)
    {
        if (_authorities is null)
            return;
        connection.ClientCertificateRequired = true;
        connection.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        connection.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities.Current());
        connection.RemoteCertificateValidationCallback = (_, shown, chain, errors) =>
        {
            if (shown is null || errors == SslPolicyErrors.None)
                return true;
            if (_limit.MayWrite(out var held))
                LogRefused(shown.Subject, string.Join(' ', chain?.ChainStatus.Select(s => s.StatusInformation) ?? []), held);
            return false;
        };
    }

    private static X509Certificate2Collection Read(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("It has no certificate in PEM.");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection was refused: its certificate \"{Subject}\" is not accepted as that "
        + "of a service. {Reason} ({Held} more since the last such line.)")]
    private partial void LogRefused(string subject, string reason, int held);
}
