using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Platform.Hosting.Errors;
using Platform.Hosting.Resources;

namespace Platform.Hosting.Identity;

/// <summary>Who a token says is calling, and until when it is accepted.</summary>
/// <param name="Caller">Who is calling.</param>
/// <param name="Expires">When the token is no longer accepted.</param>
/// <param name="Forwarder">The service that forwards the caller's token while it serves a call of the caller; null when it is
/// the caller's own call.</param>
public sealed record Authentication(Caller Caller, DateTimeOffset Expires, string? Forwarder = null);

/// <summary>
/// Turns the bearer token of a call into its caller. Uses Microsoft's token handler without
/// ASP.NET's authentication middleware, which would check the signature again at every call.
/// </summary>
public sealed partial class TokenValidator
{
    private const string Scheme = "Bearer ";

    // Anybody can send bad tokens: do not write a log line for each.
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters _parameters;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? _discovery;
    private readonly LogLimit _refusedLog;
    private readonly LogLimit _issuerLog;
    private KeyFile? _keyFile;
    // Keyed by the whole header, so that a call costs one look-up. Holds valid tokens only.
    private readonly ConcurrentDictionary<string, Checked> _checked = new(StringComparer.Ordinal);

    /// <summary>Opens the key file, which is made if it does not exist, or prepares the discovery of the issuer's keys.</summary>
    public TokenValidator(IOptions<IdentityOptions> options, TimeProvider time, ILogger<TokenValidator> logger)
    {
        _options = options.Value;
        _time = time;
        _logger = logger;
        (_refusedLog, _issuerLog) = (new LogLimit(LogInterval, time), new LogLimit(LogInterval, time));
        _parameters = new TokenValidationParameters
        {
            ValidAudience = _options.Audience,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = IsCurrent,
        };
        if (_options.Authority.Length > 0)
        {
            var authority = _options.Authority.TrimEnd('/');
            _discovery = new ConfigurationManager<OpenIdConnectConfiguration>(
                $"{authority}/.well-known/openid-configuration",
                new OpenIdConnectConfigurationRetriever(),
                new HttpDocumentRetriever { RequireHttps = !new Uri(authority).IsLoopback });
            _parameters.ConfigurationManager = _discovery;
            // Asymmetric ones only: a public key must never pass for a shared secret.
            _parameters.ValidAlgorithms =
            [
                SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
                SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
                SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
            ];
        }
        else
        {
            _parameters.ValidIssuer = TokenIssuer.Name;
            SigningKey.LoadOrCreate(_options.SigningKeyFile);
            ReadKeys();
            _parameters.ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256];
        }
    }

    /// <summary>Who an <c>authorization</c> header says is calling; refuses the call if there is none that is trusted.</summary>
    public ValueTask<Authentication> AuthenticateAsync(string? authorization, CancellationToken cancellationToken)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw ApiError.Unauthenticated();
        return _checked.TryGetValue(authorization, out var known) && _time.GetUtcNow() < known.Until
            ? ValueTask.FromResult(known.Authentication)
            : new ValueTask<Authentication>(CheckAsync(authorization, cancellationToken));
    }

    private async Task<Authentication> CheckAsync(string authorization, CancellationToken cancellationToken)
    {
        if (_discovery is not null)
            await DiscoverAsync(_discovery, cancellationToken);
        else
            ReadKeys();
        var result = await _handler.ValidateTokenAsync(authorization[Scheme.Length..], _parameters);
        if (!result.IsValid)
        {
            // Only the kind of failure is logged, never the token; the caller is not told which check failed.
            if (_refusedLog.MayWrite(out var unlogged))
                LogRefused(result.Exception?.GetType().Name, unlogged);
            throw ApiError.Unauthenticated();
        }
        var token = (JsonWebToken)result.SecurityToken;
        // What the issuer says must be understood (RFC 7515, 4.1.11), and nothing of it is.
        if (token.TryGetHeaderValue<object>("crit", out _))
            throw ApiError.Unauthenticated("The token has a header \"crit\", of which nothing is known here.");
        var caller = CallerOf(result.ClaimsIdentity);
        var now = _time.GetUtcNow();
        var expires = new DateTimeOffset(token.ValidTo, TimeSpan.Zero);
        var issued = token.IssuedAt > DateTime.MinValue ? new DateTimeOffset(token.IssuedAt, TimeSpan.Zero) : now;
        if (expires - (issued < now ? issued : now) > _options.MaxTokenLifetime)
        {
            throw ApiError.Unauthenticated($"The token is valid for longer than tokens may be here, which is "
                + $"{_options.MaxTokenLifetime.TotalHours:0.##} hours. Ask for a new one.");
        }
        var until = expires < now + _options.TokenCacheTime ? expires : now + _options.TokenCacheTime;
        MakeRoom(now);
        // As long as the token is accepted, which is a little longer than it says.
        var authentication = new Authentication(caller, expires + _options.ClockSkew);
        _checked[authorization] = new Checked(authentication, until);
        return authentication;
    }

    // Reads the key file again when it was changed. Without it no token is trusted: who removes it revokes them all.
    private void ReadKeys()
    {
        var file = new FileInfo(_options.SigningKeyFile);
        var now = file.Exists ? new KeyFile(file.LastWriteTimeUtc, file.Length) : null;
        if (now is not null && now == _keyFile)
            return;
        try
        {
            _parameters.IssuerSigningKeys = now is null ? [] : [.. SigningKey.Load(file.FullName).Select(SigningKey.PublicPart)];
            // Tokens that were checked with the previous keys must be checked again.
            _checked.Clear();
            if (_keyFile is not null)
                LogKeysRead(_options.SigningKeyFile, _parameters.IssuerSigningKeys.Count());
            _keyFile = now;
        }
        catch (Exception e) when (_parameters.IssuerSigningKeys is not null
            && e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // Half written, perhaps: those that were read last stay until the file is in order.
            LogKeysUnreadable(e.Message);
        }
    }

    private async Task DiscoverAsync(ConfigurationManager<OpenIdConnectConfiguration> discovery, CancellationToken cancellationToken)
    {
        try
        {
            // Kept by the manager; asked for here because the handler takes an issuer that is away for a bad token.
            await discovery.GetConfigurationAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException)
        {
            if (_issuerLog.MayWrite(out _))
                LogIssuerAway(e, _options.Authority);
            throw ApiError.Unavailable("token issuer", e);
        }
    }

    private const int MaxSubjectLength = 255;

    private Caller CallerOf(ClaimsIdentity identity)
    {
        var subject = identity.FindFirst(_options.SubjectClaim)?.Value;
        if (string.IsNullOrWhiteSpace(subject))
            throw ApiError.Unauthenticated($"The token does not say who is calling: it has no claim \"{_options.SubjectClaim}\".");
        // It is kept with every change.
        if (subject.Length > MaxSubjectLength || subject.Any(char.IsControl))
        {
            throw ApiError.Unauthenticated($"The token's claim \"{_options.SubjectClaim}\" must have at most {MaxSubjectLength} "
                + "characters, none of them a control character.");
        }
        var roles = new HashSet<Role>();
        foreach (var claim in identity.FindAll(_options.RoleClaim))
        {
            if (RoleNames.TryParse(claim.Value, out var role))
                roles.Add(role);
        }
        if (roles.Count != 1)
        {
            throw ApiError.Unauthenticated($"The token must name exactly one role in its claim \"{_options.RoleClaim}\": "
                + $"{string.Join(", ", RoleNames.All)}.");
        }
        if (roles.Contains(Role.Service))
        {
            return identity.FindFirst(_options.ServiceClaim)?.Value is { Length: > 0 } service
                ? new Caller(subject, Role.Service, Service: service)
                : throw ApiError.Unauthenticated($"The token of a service must name it in the claim \"{_options.ServiceClaim}\", for "
                    + "example reporting.");
        }
        if (!roles.Contains(Role.PartySystem))
            return new Caller(subject, roles.Single());
        var parties = identity.FindAll(_options.PartyClaim).ToList();
        if (parties.Count != 1 || !ResourceNames.Matches(parties[0].Value, ResourcePatterns.Party))
        {
            throw ApiError.Unauthenticated($"The token of a party system must name its party in the claim "
                + $"\"{_options.PartyClaim}\", for example participants/idn or bodies/rso.");
        }
        return new Caller(subject, Role.PartySystem, parties[0].Value);
    }

    // By the injected clock; the handler's own check reads the system's.
    private bool IsCurrent(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return expires is not null && now < expires + _options.ClockSkew && (notBefore is null || now >= notBefore - _options.ClockSkew);
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_checked.Count < _options.TokenCacheSize)
            return;
        foreach (var (header, known) in _checked)
        {
            if (known.Until <= now)
                _checked.TryRemove(header, out _);
        }
        // More callers a minute than the cache holds: cleared.
        if (_checked.Count >= _options.TokenCacheSize)
            _checked.Clear();
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "A token was refused: {Cause}. {Unlogged} before it were refused without a line here.")]
    private partial void LogRefused(string? cause, int unlogged);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The keys of \"{Authority}\" (Identity:Authority) cannot be read; no token that is new can be checked.")]
    private partial void LogIssuerAway(Exception e, string authority);

    [LoggerMessage(Level = LogLevel.Warning, Message = "\"{File}\" (Identity:SigningKeyFile) was changed; {Count} keys are trusted now.")]
    private partial void LogKeysRead(string file, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The signing keys were not read again; those from before stay trusted. {Reason}")]
    private partial void LogKeysUnreadable(string reason);

    // Identifies the file's content without reading it.
    private sealed record KeyFile(DateTime Written, long Length);

    private sealed record Checked(Authentication Authentication, DateTimeOffset Until);
}
