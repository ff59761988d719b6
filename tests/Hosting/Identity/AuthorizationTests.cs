using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Hosting.Identity;

namespace Platform.Hosting.Tests.Identity;

public sealed class AuthorizationTests
{
    [Fact]
    public async Task Call_WithToken_KnowsItsCaller()
    {
        await using var process = await TestProcess.StartAsync();
        Caller? caller = null;
        process.Probe.Ask = (_, context) =>
        {
            caller = context.Caller();
            return Task.FromResult(new AskResponse());
        };

        await process.Client.AskAsync(new AskRequest(), process.As(Role.PartySystem, "participants/idn"),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(new Caller("tester", Role.PartySystem, "participants/idn"), caller);
    }

    [Fact]
    public async Task Call_WithTokensThatAreRefused_IsTheirNumberInALineAMinute()
    {
        await using var process = await TestProcess.StartAsync();
        IEnumerable<string> Told() => process.Log.Entries.Where(e => e.Level == LogLevel.Warning).Select(e => e.Text);

        for (var i = 0; i < 3; i++)
            await process.FailureAsync(new Metadata { { "authorization", "Bearer not.a.token" } });
        var first = Assert.Single(Told());
        process.Time.Advance(TimeSpan.FromMinutes(1));
        await process.FailureAsync(new Metadata { { "authorization", "Bearer not.a.token" } });

        Assert.StartsWith("A token was refused: ", first, StringComparison.Ordinal);
        Assert.DoesNotContain("not.a.token", first, StringComparison.Ordinal);
        Assert.EndsWith(". 2 before it were refused without a line here.", Told().Last(), StringComparison.Ordinal);
        Assert.Equal(2, Told().Count());
    }

    [Theory]
    [InlineData(Role.Reader, false)]
    [InlineData(Role.PartySystem, false)]
    [InlineData(Role.Officer, true)]
    [InlineData(Role.CoChair, true)]
    [InlineData(Role.Operator, false)]
    public async Task Call_EachRole_IsAllowedOrDeniedByThePolicyOfTheMethod(Role role, bool allowed)
    {
        await using var process = await TestProcess.StartAsync();
        var served = false;
        process.Probe.Ask = (_, _) =>
        {
            served = true;
            return Task.FromResult(new AskResponse());
        };
        var headers = process.As(role, role == Role.PartySystem ? "participants/idn" : "");

        if (allowed)
        {
            await process.Client.WriteAsync(new WriteRequest(), headers, cancellationToken: TestContext.Current.CancellationToken);
        }
        else
        {
            var failure = await Assert.ThrowsAsync<RpcException>(async () => await process.Client.WriteAsync(new WriteRequest(), headers,
                cancellationToken: TestContext.Current.CancellationToken));
            Assert.Equal(StatusCode.PermissionDenied, failure.StatusCode);
            Assert.Equal("ROLE_INSUFFICIENT", failure.Reason());
            Assert.Equal("platform.probe.v1.ProbeService/Write", failure.Detail<ErrorInfo>()!.Metadata["method"]);
            Assert.Contains(role.Name(), failure.Status.Detail, StringComparison.Ordinal);
        }
        Assert.Equal(allowed, served);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer not-a-token")]
    [InlineData("Basic dXNlcjpwYXNz")]
    public async Task Call_WithoutToken_IsUnauthenticated(string? header)
    {
        await using var process = await TestProcess.StartAsync();

        await AssertUnauthenticatedAsync(process, header is null ? [] : new Metadata { { "authorization", header } });
    }

    [Fact]
    public async Task Stream_WithoutToken_IsUnauthenticated()
    {
        await using var process = await TestProcess.StartAsync();

        using var call = process.Client.Follow(new AskRequest(), cancellationToken: TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.Unauthenticated, failure.StatusCode);
    }

    [Fact]
    public async Task Call_TwoTokens_IsUnauthenticated()
    {
        await using var process = await TestProcess.StartAsync();
        var headers = process.As(Role.Reader);
        headers.Add(process.As(Role.Officer)[0]);

        await AssertUnauthenticatedAsync(process, headers);
    }

    [Fact]
    public async Task Call_ExpiredToken_IsUnauthenticatedEvenWhenItWasSeenBefore()
    {
        await using var process = await TestProcess.StartAsync();
        var headers = process.As(Role.Officer, lifetime: TimeSpan.FromSeconds(20));
        await process.Client.AskAsync(new AskRequest(), headers, cancellationToken: TestContext.Current.CancellationToken);

        // Within the minute for which a checked token is remembered; beyond its end and the tolerance.
        process.Time.Advance(TimeSpan.FromSeconds(31));

        await AssertUnauthenticatedAsync(process, headers);
    }

    [Fact]
    public async Task Call_TokenOfTheFuture_IsUnauthenticated()
    {
        await using var process = await TestProcess.StartAsync();
        var headers = process.As(Role.Officer);
        process.Time.Advance(TimeSpan.FromMinutes(-5));

        await AssertUnauthenticatedAsync(process, headers);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("ES256")]
    public async Task Call_ForgedToken_IsUnauthenticated(string algorithm)
    {
        await using var process = await TestProcess.StartAsync();
        var parts = process.Issuer.Issue(Role.Operator, "forger").Split('.');
        var signed = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(new { alg = algorithm, typ = "JWT" }))}.{parts[1]}";
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(process.KeyFile, TestContext.Current.CancellationToken));
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signature = algorithm switch
        {
            "none" => "",
            // The public key in place of a secret: the mistake of validators that let the token choose.
            "HS256" => Encode(HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(signed))),
            _ => Encode(otherKey.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256)),
        };

        await AssertUnauthenticatedAsync(process, new Metadata { { "authorization", $"Bearer {signed}.{signature}" } });
    }

    [Fact]
    public async Task Call_ChangedClaim_IsUnauthenticated()
    {
        await using var process = await TestProcess.StartAsync();
        var parts = process.Issuer.Issue(Role.Reader, "forger").Split('.');
        var claims = Encoding.UTF8.GetString(Convert.FromBase64String(parts[1].Replace('-', '+').Replace('_', '/')
            .PadRight((parts[1].Length + 3) / 4 * 4, '=')));
        parts[1] = Encode(Encoding.UTF8.GetBytes(claims.Replace("reader", "operator", StringComparison.Ordinal)));

        await AssertUnauthenticatedAsync(process, new Metadata { { "authorization", $"Bearer {string.Join('.', parts)}" } });
    }

    [Fact]
    public async Task Call_TokenForAnotherAudience_IsUnauthenticated()
    {
        await using var process = await TestProcess.StartAsync(settings: "--Identity:Audience=another");

        await AssertUnauthenticatedAsync(process, process.As(Role.Officer));
    }

    [Fact]
    public async Task Call_PartySystemWithoutParty_IsToldSo()
    {
        // The issuer writes the party into another claim than the process reads.
        await using var process = await TestProcess.StartAsync(settings: "--Identity:PartyClaim=country");

        var failure = await AssertUnauthenticatedAsync(process, process.As(Role.PartySystem, "participants/idn"));

        Assert.Contains("must name its party in the claim \"country\"", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_TokenWithoutRole_IsToldTheRoles()
    {
        await using var process = await TestProcess.StartAsync(settings: "--Identity:RoleClaim=groups");

        var failure = await AssertUnauthenticatedAsync(process, process.As(Role.Officer));

        Assert.Contains("reader, party-system, officer, co-chair, operator", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_MethodWithoutPolicy_IsRefusedByName()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestProcess.StartAsync(map: app => app.MapGrpcService<Unstated>()));

        Assert.Contains("platform.probe.v1.PeerService/Ask", refused.Message, StringComparison.Ordinal);
        Assert.Contains("platform.probe.v1.PeerService/Follow", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ProbeService", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Identity:SigningKeyFile=", "Set either Identity:Authority")]
    [InlineData("--Identity:Authority=https://login.example.org", "Set either Identity:Authority")]
    [InlineData("--Identity:ClockSkew=01:00:00", "Identity:ClockSkew must lie between")]
    public async Task Start_OptionsThatCannotWork_AreRefusedInASentence(string setting, string sentence)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestProcess.StartAsync(settings: setting));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Role.PartySystem, "participants/idn", "participants/idn", true)]
    [InlineData(Role.PartySystem, "participants/idn", "participants/mys", false)]
    [InlineData(Role.Officer, "", "participants/mys", true)]
    public void MustBeAbleToActFor_Party_BindsPartySystemsOnly(Role role, string own, string other, bool allowed)
    {
        var caller = new Caller("tester", role, own);

        if (allowed)
            caller.MustBeAbleToActFor(other);
        else
            Assert.Equal(own, Assert.Throws<Hosting.Errors.ApiException>(() => caller.MustBeAbleToActFor(other)).Metadata["party"]);
    }

    private static async Task<RpcException> AssertUnauthenticatedAsync(TestProcess process, Metadata headers)
    {
        process.Probe.Ask = (_, _) => throw new InvalidOperationException("The method was reached.");
        var failure = await process.FailureAsync(headers);
        Assert.Equal(StatusCode.Unauthenticated, failure.StatusCode);
        Assert.Equal("TOKEN_INVALID", failure.Reason());
        return failure;
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private sealed class Unstated : PeerService.PeerServiceBase
    {
        public override Task<AskResponse> Ask(AskRequest request, ServerCallContext context) => Task.FromResult(new AskResponse());
    }
}
