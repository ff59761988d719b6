using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Identity;

/// <summary>
/// How a service of the platform says who it is. It calls for itself with a token of the role <c>service</c>, as any caller
/// does; and with the token of the caller whose call it serves, to which it adds its own in a header. Its token is issued by
/// itself where the platform has a key of its own, otherwise read from <see cref="IdentityOptions.ServiceTokenFile"/>.
/// </summary>
public sealed class ServiceIdentity
{
    /// <summary>The header that says which service calls with its caller's token.</summary>
    internal const string Header = "x-platform-service";

    private const string Scheme = "Bearer ";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    // A token that was renewed from outside, and a key that was changed, have effect so soon.
    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(10);

    private readonly IdentityOptions _options;
    private readonly TimeProvider _time;
    private readonly Gauge<long> _expires;
    private readonly JsonWebTokenHandler _tokenHandler = new();
    private readonly ConcurrentDictionary<string, Issued> _tokens = new(StringComparer.Ordinal);

    // Services of one process need no token for one another: nobody else knows this.
    private readonly string _process = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Creates the identity of the services of a process.</summary>
    public ServiceIdentity(IOptions<IdentityOptions> options, IMeterFactory meters, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        _expires = meters.Create("Platform.Identity").CreateGauge<long>("platform.service_token.expires", "s",
            "When the token in Identity:ServiceTokenFile ends, in seconds since 1970.");
    }

    /// <summary>Headers of a call that a service makes for itself.</summary>
    /// <param name="service">The service.</param>
    public Metadata HeadersOf(PlatformService service) => new() { { "authorization", Scheme + TokenOf(service.Name) } };

    /// <summary>What <see cref="Header"/> says.</summary>
    /// <param name="service">The service that calls.</param>
    /// <param name="ownProcess">True when it calls a service of the same process.</param>
    internal string HeaderOf(PlatformService service, bool ownProcess) =>
        ownProcess ? $"{service.Name} {_process}" : Scheme + TokenOf(service.Name);

    /// <summary>The service of the same process that a header names; null when it is of another process, or forged.</summary>
    internal string? ServiceOfThisProcess(string header) =>
        header.Split(' ') is [{ } service, { } process] && process == _process ? service : null;

    /// <summary>Refuses to start a process that asks other services and could not say who it is.</summary>
    internal void ThrowIfThereIsNone()
    {
        // A key file that is not there yet is made at the start.
        if (_options.ServiceTokenFile.Length == 0 && (_options.SigningKeyFile.Length == 0
            || (File.Exists(_options.SigningKeyFile) && !SigningKey.Load(_options.SigningKeyFile)[0].HasPrivateKey)))
        {
            throw new InvalidOperationException("Set Identity:ServiceTokenFile to a file with a bearer token of the role service, whose "
                + $"claim \"{_options.ServiceClaim}\" names this service: with it this process asks the others.");
        }
    }

    private string TokenOf(string service)
    {
        var now = _time.GetUtcNow();
        if (_tokens.TryGetValue(service, out var known) && now < known.Until)
            return known.Token;
        var token = _options.ServiceTokenFile.Length > 0 ? ReadTokenFile()
            : new TokenIssuer(_options, _time).IssueForService(service, Lifetime);
        _tokens[service] = new Issued(token, now + CacheTime);
        return token;
    }

    private string ReadTokenFile()
    {
        try
        {
            var token = File.ReadAllText(_options.ServiceTokenFile).Trim();
            // What it says is checked by those who are asked with it.
            if (_tokenHandler.CanReadToken(token))
                _expires.Record(new DateTimeOffset(_tokenHandler.ReadJsonWebToken(token).ValidTo, TimeSpan.Zero).ToUnixTimeSeconds());
            return token;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ApiError.Unavailable("service token",
                "The service's own token (Identity:ServiceTokenFile) cannot be read at the moment. Nothing was changed; try again shortly.",
                e);
        }
    }

    private sealed record Issued(string Token, DateTimeOffset Until);
}
