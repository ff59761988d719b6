using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Hosting.Resources;

namespace Platform.Hosting.Identity;

/// <summary>
/// Issues tokens with the key of <see cref="IdentityOptions.SigningKeyFile"/>: for the embedded
/// default, where no OpenID Connect issuer runs.
/// </summary>
public sealed class TokenIssuer
{
    /// <summary>The issuer (<c>iss</c>) that the tokens name.</summary>
    public const string Name = "platform";

    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;
    private readonly SigningCredentials _credentials;

    /// <summary>Opens the key file, which is made if it does not exist.</summary>
    public TokenIssuer(IdentityOptions options, TimeProvider time)
    {
        var key = SigningKey.LoadOrCreate(options.SigningKeyFile)[0];
        if (!key.HasPrivateKey)
        {
            throw new InvalidOperationException($"\"{options.SigningKeyFile}\" begins with a public key only, which checks tokens but "
                + $"cannot issue them.");
        }
        _options = options;
        _time = time;
        _credentials = new SigningCredentials(key, SecurityAlgorithms.EcdsaSha256);
    }

    /// <summary>Issues a token.</summary>
    /// <param name="role">What its bearer may do.</param>
    /// <param name="subject">Who its bearer is, for example <c>officer-1</c>.</param>
    /// <param name="party">For a party system, whose it is, for example <c>participants/idn</c>; else empty.</param>
    /// <param name="lifetime">How long it is valid; an hour if not given.</param>
    public string Issue(Role role, string subject, string party = "", TimeSpan? lifetime = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(subject);
        if (role == Role.Service)
            throw new ArgumentException($"The token of a service names it: {nameof(IssueForService)}.", nameof(role));
        if (role == Role.PartySystem ? !ResourceNames.Matches(party, ResourcePatterns.Party) : party.Length > 0)
        {
            throw new ArgumentException("A party system, and no other role, needs the name of its party, for example "
                + "participants/idn or bodies/rso.", nameof(party));
        }
        return Sign(role, subject, party.Length > 0 ? (_options.PartyClaim, party) : null, lifetime);
    }

    /// <summary>Issues a token of a service of the platform.</summary>
    /// <param name="service">Its short name, for example <c>reporting</c>, which is also the subject.</param>
    /// <param name="lifetime">How long it is valid; an hour if not given.</param>
    public string IssueForService(string service, TimeSpan? lifetime = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        return Sign(Role.Service, service, (_options.ServiceClaim, service), lifetime);
    }

    private string Sign(Role role, string subject, (string Name, string Value)? further, TimeSpan? lifetime)
    {
        if (lifetime > _options.MaxTokenLifetime)
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), $"No token is valid for longer than {_options.MaxTokenLifetime} "
                + "(Identity:MaxTokenLifetime).");
        }
        var now = _time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>
        {
            [_options.SubjectClaim] = subject,
            [_options.RoleClaim] = role.Name(),
        };
        if (further is { } claim)
            claims[claim.Name] = claim.Value;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = _options.Audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + (lifetime ?? TimeSpan.FromHours(1)),
            Claims = claims,
            SigningCredentials = _credentials,
        });
    }
}
