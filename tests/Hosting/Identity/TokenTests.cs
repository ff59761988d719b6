using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;

namespace Platform.Hosting.Tests.Identity;

public sealed class TokenTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("platform-token-tests-").FullName;
    private readonly ManualTime _time = new();

    private IdentityOptions Options => new() { SigningKeyFile = Path.Combine(_directory, "deeper", "signing.pem") };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Key_FirstStart_IsMadeForItsOwnerAlone()
    {
        _ = new TokenIssuer(Options, _time);

        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", File.ReadAllText(Options.SigningKeyFile), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Options.SigningKeyFile));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Options.SigningKeyFile)!));
    }

    [Fact]
    public void Key_ThatOthersCanRead_IsRefused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }
        _ = new TokenIssuer(Options, _time);
        File.SetUnixFileMode(Options.SigningKeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var refused = Assert.Throws<InvalidOperationException>(() => new TokenIssuer(Options, _time));

        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_ManyProcessesStartAtOnce_AllUseTheSame()
    {
        var tokens = await Task.WhenAll(Enumerable.Range(0, 16)
            .Select(_ => Task.Run(() => new TokenIssuer(Options, _time).Issue(Role.Reader, "r"), TestContext.Current.CancellationToken)));

        var validator = Validator(Options);
        foreach (var token in tokens)
        {
            Assert.Equal(Role.Reader, (await validator.AuthenticateAsync($"Bearer {token}", TestContext.Current.CancellationToken))
                .Caller.Role);
        }
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Options.SigningKeyFile)!));
    }

    [Fact]
    public async Task Key_PublicPartOnly_ChecksTokensAndIssuesNone()
    {
        var token = new TokenIssuer(Options, _time).Issue(Role.CoChair, "c");
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Options.SigningKeyFile, TestContext.Current.CancellationToken));
        var options = new IdentityOptions { SigningKeyFile = Path.Combine(_directory, "public.pem") };
        await File.WriteAllTextAsync(options.SigningKeyFile, key.ExportSubjectPublicKeyInfoPem(), TestContext.Current.CancellationToken);

        Assert.Equal("c", (await Validator(options)
            .AuthenticateAsync($"Bearer {token}", TestContext.Current.CancellationToken)).Caller.Subject);
        Assert.Contains("public key only", Assert.Throws<InvalidOperationException>(() => new TokenIssuer(options, _time)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    public void Key_DamagedFile_IsRefusedByName(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Options.SigningKeyFile)!);
        File.WriteAllText(Options.SigningKeyFile, content);

        Assert.Contains(Options.SigningKeyFile, Assert.Throws<InvalidOperationException>(() => new TokenIssuer(Options, _time)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Key_OtherCurve_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Directory.CreateDirectory(Path.GetDirectoryName(Options.SigningKeyFile)!);
        File.WriteAllText(Options.SigningKeyFile, key.ExportPkcs8PrivateKeyPem());

        Assert.Throws<InvalidOperationException>(() => new TokenIssuer(Options, _time));
    }

    [Theory]
    [InlineData(Role.PartySystem, "")]
    [InlineData(Role.PartySystem, "idn")]
    [InlineData(Role.Officer, "participants/idn")]
    public void Issue_PartyThatDoesNotFitTheRole_IsRefused(Role role, string party) =>
        Assert.Throws<ArgumentException>(() => new TokenIssuer(Options, _time).Issue(role, "s", party));

    [Fact]
    public async Task Key_NewOnePutBeforeTheOld_SignsWhileTokensOfBothAreTrusted()
    {
        var validator = Validator(Options);
        var before = new TokenIssuer(Options, _time).Issue(Role.Reader, "before");
        var old = await File.ReadAllTextAsync(Options.SigningKeyFile, TestContext.Current.CancellationToken);
        WriteKeys($"{NewKey()}\n{old}");
        var after = new TokenIssuer(Options, _time).Issue(Role.Reader, "after");

        Assert.NotEqual(Header(before).Kid, Header(after).Kid);
        Assert.Equal("before", await SubjectAsync(validator, before));
        Assert.Equal("after", await SubjectAsync(validator, after));
    }

    [Fact]
    public async Task Key_ReplacedOrRemoved_RevokesItsTokensWithoutARestart()
    {
        var options = Options;
        options.TokenCacheTime = TimeSpan.FromSeconds(30);
        var validator = Validator(options);
        var old = new TokenIssuer(options, _time).Issue(Role.Reader, "old");
        Assert.Equal("old", await SubjectAsync(validator, old));

        WriteKeys(NewKey());
        _time.Advance(options.TokenCacheTime);
        await Assert.ThrowsAsync<ApiException>(() => SubjectAsync(validator, old));
        var next = new TokenIssuer(options, _time).Issue(Role.Reader, "next");
        Assert.Equal("next", await SubjectAsync(validator, next));

        File.Delete(options.SigningKeyFile);
        _time.Advance(options.TokenCacheTime);
        await Assert.ThrowsAsync<ApiException>(() => SubjectAsync(validator, next));
        // Nor when something else comes in its place.
        await File.WriteAllTextAsync(options.SigningKeyFile, "half of a ke", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ApiException>(() => SubjectAsync(validator, next));
    }

    [Fact]
    public async Task Key_FileThatCannotBeReadAgain_LeavesTheKeysFromBefore()
    {
        var validator = Validator(Options);
        var token = new TokenIssuer(Options, _time).Issue(Role.Reader, "r");

        WriteKeys("half of a ke");

        Assert.Equal("r", await SubjectAsync(validator, token));
    }

    [Theory]
    [InlineData(90, true)]
    [InlineData(91, false)]
    public async Task Lifetime_LongerThanTheMaximum_IsNeitherIssuedNorTrusted(int days, bool isTrusted)
    {
        var careless = Options;
        careless.MaxTokenLifetime = TimeSpan.FromDays(365);
        var token = new TokenIssuer(careless, _time).Issue(Role.Reader, "r", lifetime: TimeSpan.FromDays(days));
        var validator = Validator(Options);

        if (isTrusted)
        {
            Assert.Equal("r", await SubjectAsync(validator, token));
            return;
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenIssuer(Options, _time).Issue(Role.Reader, "r", lifetime: TimeSpan
            .FromDays(days)));
        Assert.Contains("longer than tokens may be", (await Assert.ThrowsAsync<ApiException>(() => SubjectAsync(validator, token))).Message,
            StringComparison.Ordinal);
        // Nor in its last days.
        _time.Advance(TimeSpan.FromDays(days - 1));
        await Assert.ThrowsAsync<ApiException>(() => SubjectAsync(validator, token));
    }

    [Fact]
    public async Task Header_ThatMustBeUnderstood_IsRefused()
    {
        _ = new TokenIssuer(Options, _time);
        using var key = ECDsa.Create();
        key.ImportFromPem(await File.ReadAllTextAsync(Options.SigningKeyFile, TestContext.Current.CancellationToken));
        var now = _time.GetUtcNow().UtcDateTime;
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TokenIssuer.Name,
            Audience = "platform",
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddHours(1),
            Claims = new Dictionary<string, object> { ["sub"] = "r", ["role"] = "reader" },
            AdditionalHeaderClaims = new Dictionary<string, object> { ["crit"] = new[] { "exp" } },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
        });

        var refused = await Assert.ThrowsAsync<ApiException>(() => SubjectAsync(Validator(Options), token));

        Assert.Contains("\"crit\"", refused.Message, StringComparison.Ordinal);
    }

    private static string NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    // A change is seen by the file's time and length.
    private void WriteKeys(string pem)
    {
        var file = Options.SigningKeyFile;
        var later = File.GetLastWriteTimeUtc(file).AddSeconds(1);
        File.WriteAllText(file, pem);
        File.SetLastWriteTimeUtc(file, later);
    }

    private static JsonWebToken Header(string token) => new(token);

    private static async Task<string> SubjectAsync(TokenValidator validator, string token) =>
        (await validator.AuthenticateAsync($"Bearer {token}", TestContext.Current.CancellationToken)).Caller.Subject;

    [Fact]
    public async Task Cache_SameToken_IsCheckedOnceAMinute()
    {
        var validator = Validator(Options);
        var header = $"Bearer {new TokenIssuer(Options, _time).Issue(Role.Officer, "o")}";

        var first = await validator.AuthenticateAsync(header, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(59));
        var remembered = await validator.AuthenticateAsync(header, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));
        var again = await validator.AuthenticateAsync(header, TestContext.Current.CancellationToken);

        Assert.Same(first, remembered);
        Assert.NotSame(first, again);
        Assert.Equal(first, again);
    }

    [Fact]
    public async Task Cache_MoreTokensThanRoom_StaysBoundedAndRight()
    {
        var options = Options;
        options.TokenCacheSize = 3;
        var validator = Validator(options);
        var issuer = new TokenIssuer(options, _time);
        for (var i = 0; i < 20; i++)
        {
            var caller = await validator.AuthenticateAsync($"Bearer {issuer.Issue(Role.Officer, $"officer-{i}")}",
                TestContext.Current.CancellationToken);
            Assert.Equal($"officer-{i}", caller.Caller.Subject);
        }
    }

    [Theory]
    [InlineData("officer\0one")]
    [InlineData("officer\none")]
    [InlineData(null)]
    public async Task Subject_ThatNoChangeCanKeep_IsRefused(string? subject)
    {
        var token = new TokenIssuer(Options, _time).Issue(Role.Officer, subject ?? new string('x', 10_000));

        var refused = await Assert.ThrowsAsync<ApiException>(async () => await Validator(Options).AuthenticateAsync($"Bearer {token}",
            TestContext.Current.CancellationToken));

        Assert.Contains("at most 255 characters", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expiry_OfARememberedToken_CountsToTheMoment()
    {
        var options = Options;
        options.ClockSkew = TimeSpan.Zero;
        var validator = Validator(options);
        var header = $"Bearer {new TokenIssuer(options, _time).Issue(Role.Officer, "o", lifetime: TimeSpan.FromSeconds(30))}";

        await validator.AuthenticateAsync(header, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(29));
        await validator.AuthenticateAsync(header, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAsync<ApiException>(async () => await validator.AuthenticateAsync(header,
            TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Authority_ThatIsAway_IsUnavailableAndNoFaultOfTheToken()
    {
        var token = new TokenIssuer(Options, _time).Issue(Role.Officer, "o");
        var validator = Validator(new IdentityOptions { Authority = "http://127.0.0.1:1" });

        var refused = await Assert.ThrowsAsync<ApiException>(async () => await validator.AuthenticateAsync($"Bearer {token}",
            TestContext.Current.CancellationToken));

        Assert.Equal("token issuer", refused.Metadata["dependency"]);
    }

    private TokenValidator Validator(IdentityOptions options) =>
        new(Microsoft.Extensions.Options.Options.Create(options), _time, NullLogger<TokenValidator>.Instance);
}
