using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;

namespace Platform.Hosting.Tests.Identity;

/// <summary>Against an issuer that publishes its keys as OpenID Connect says.</summary>
public sealed class OpenIdConnectTests
{
    [Theory]
    [InlineData(SecurityAlgorithms.RsaSha256, true, true)]
    [InlineData(SecurityAlgorithms.RsaSha256, false, false)]
    public async Task Authenticate_TokenOfTheIssuer_IsTrustedWhenItsKeyIsPublished(string algorithm, bool published, bool trusted)
    {
        using var rsa = RSA.Create(2048);
        var key = new RsaSecurityKey(rsa) { KeyId = "k1" };
        using var other = RSA.Create(2048);
        await using var issuer = await StartIssuerAsync(published ? rsa : other);
        var address = issuer.Urls.Single();
        var time = new ManualTime();
        var validator = new TokenValidator(Options.Create(new IdentityOptions { Authority = address, RoleClaim = "roles" }), time,
            NullLogger<TokenValidator>.Instance);
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = address,
            Audience = "platform",
            NotBefore = time.GetUtcNow().UtcDateTime,
            IssuedAt = time.GetUtcNow().UtcDateTime,
            Expires = time.GetUtcNow().UtcDateTime.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = "o", ["roles"] = new[] { "offline_access", "officer" } },
            SigningCredentials = new SigningCredentials(key, algorithm),
        });

        if (trusted)
        {
            Assert.Equal(new Caller("o", Role.Officer), (await validator.AuthenticateAsync($"Bearer {token}",
                TestContext.Current.CancellationToken)).Caller);
        }
        else
        {
            await Assert.ThrowsAsync<ApiException>(async () => await validator.AuthenticateAsync($"Bearer {token}",
                TestContext.Current.CancellationToken));
        }
    }

    private static async Task<WebApplication> StartIssuerAsync(RSA key)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var parameters = key.ExportParameters(includePrivateParameters: false);
        app.MapGet("/.well-known/openid-configuration", (HttpRequest request) =>
            Results.Text($$"""{"issuer":"http://{{request.Host}}","jwks_uri":"http://{{request.Host}}/keys"}""", "application/json"));
        app.MapGet("/keys", () =>
            Results.Text(
                $$"""
                {"keys":[{"kty":"RSA","use":"sig","kid":"k1",
                "n":"{{Base64UrlEncoder.Encode(parameters.Modulus)}}","e":"{{Base64UrlEncoder.Encode(parameters.Exponent)}}"}]}
                """,
                "application/json"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
