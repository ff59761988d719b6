using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Identity;

/// <summary>Whose tokens are trusted: section <c>Identity</c> of the configuration.</summary>
public sealed class IdentityOptions
{
    /// <summary>
    /// Address of an OpenID Connect issuer, for example <c>https://login.example.org/realms/platform</c>.
    /// Its keys are found by discovery and followed when they change.
    /// </summary>
    public string Authority { get; set; } = "";

    /// <summary>
    /// A PEM file with P-256 keys, in place of an issuer: made with one on first start if it does not exist. The first
    /// signs, each checks; the file is read again when it changes. To change the key, put a new one before it, and
    /// remove the old one when its tokens have ended; to revoke its tokens at once, remove it at once. A process that has
    /// only the public keys checks tokens and cannot issue them.
    /// </summary>
    public string SigningKeyFile { get; set; } = "";

    /// <summary>What tokens must be issued for (<c>aud</c>).</summary>
    public string Audience { get; set; } = "platform";

    /// <summary>The claim that names the caller.</summary>
    public string SubjectClaim { get; set; } = "sub";

    /// <summary>The claim that names the role; values that are no role of the platform are passed over.</summary>
    public string RoleClaim { get; set; } = "role";

    /// <summary>The claim that names the party of a party system: a participant or a body.</summary>
    public string PartyClaim { get; set; } = "party";

    /// <summary>The claim that names the service in a token of the role <c>service</c>, for example <c>reporting</c>.</summary>
    public string ServiceClaim { get; set; } = "service";

    /// <summary>
    /// A file with a bearer token of the role <c>service</c> that names the service of this process, which asks other
    /// services with it. It is read again every ten seconds, so that it can be renewed from outside. Not needed where the
    /// process has a private key in <see cref="SigningKeyFile"/>.
    /// </summary>
    public string ServiceTokenFile { get; set; } = "";

    /// <summary>
    /// A PEM file with the authorities, root and intermediate, that issue the certificates of the platform's services. With it
    /// the token of a service is accepted only on a connection on which a certificate of theirs was shown (mutual TLS);
    /// other callers need none. A service shows the one of <c>Kestrel:Certificates:Default</c>, which has to be for client
    /// authentication, too. The file is read again when it changes.
    /// </summary>
    public string ServiceAuthorityFile { get; set; } = "";

    /// <summary>How far the issuer's clock may be off.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a token may be valid in all: one that is valid for longer is refused.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "366.00:00:00")]
    public TimeSpan MaxTokenLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a token that was checked is trusted without checking its signature again, never
    /// beyond its own end: as long as it takes at most until a withdrawn key has effect.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan TokenCacheTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many checked tokens are remembered.</summary>
    [Range(1, 1_000_000)]
    public int TokenCacheSize { get; set; } = 10_000;
}

/// <summary>Refuses to start on options that cannot work.</summary>
internal sealed class IdentityOptionsValidator : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        var problems = new List<string>();
        if (options.Authority.Length > 0 == options.SigningKeyFile.Length > 0)
        {
            problems.Add("Set either Identity:Authority, the address of an OpenID Connect issuer, or Identity:SigningKeyFile, a key file "
                + "of the platform's own.");
        }
        if (options.Authority.Length > 0
            && !(Uri.TryCreate(options.Authority, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps
                || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))))
        {
            problems.Add($"Identity:Authority is \"{options.Authority}\". Write an absolute https address.");
        }
        if (new[] { options.Audience, options.SubjectClaim, options.RoleClaim, options.PartyClaim, options.ServiceClaim }
            .Any(string.IsNullOrWhiteSpace))
        {
            problems.Add("Identity:Audience, Identity:SubjectClaim, Identity:RoleClaim, Identity:PartyClaim and Identity:ServiceClaim must "
                + "not be empty.");
        }
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
