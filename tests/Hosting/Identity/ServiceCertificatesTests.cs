using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Platform.Hosting.Identity;
using Platform.Processes;

namespace Platform.Hosting.Tests.Identity;

/// <summary>Services show a certificate beside their token where a file of authorities asks for it.</summary>
public sealed class ServiceCertificatesTests : IDisposable
{
    private const string Name = "CN=peer";
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly string _folder = Directory.CreateTempSubdirectory("platform-service-certificates-").FullName;
    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _other = new();

    public void Dispose()
    {
        _authority.Dispose();
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Token_OfAService_CountsOnlyWithACertificate()
    {
        await using var process = await StartAsync();
        using var shown = Issue(_authority);

        var without = await FailureAsync(process, null, process.As(Role.Service));
        var with = await FailureAsync(process, shown, process.As(Role.Service));

        Assert.Equal((StatusCode.Unauthenticated, "TOKEN_INVALID"), (without.StatusCode, without.Reason()));
        Assert.Contains("its certificate was shown", without.Status.Detail, StringComparison.Ordinal);
        // It is known, and this method is not for it.
        Assert.Equal("SERVICE_NOT_ALLOWED", with.Reason());
    }

    [Fact]
    public async Task Token_OfAServiceBesideItsCallers_CountsOnlyWithACertificate()
    {
        await using var process = await StartAsync();
        using var shown = Issue(_authority);
        var headers = process.As(Role.Officer);
        headers.Add("x-platform-service", process.As(Role.Service).GetValue("authorization")!);

        Assert.Equal("TOKEN_INVALID", (await FailureAsync(process, null, headers)).Reason());
        Assert.Equal("SERVICE_NOT_ALLOWED", (await FailureAsync(process, shown, headers)).Reason());
    }

    [Fact]
    public async Task Call_OfAnotherCaller_NeedsNone()
    {
        await using var process = await StartAsync();

        Assert.Equal("answered", await AskAsync(process, null, process.As(Role.Reader)));
    }

    [Theory]
    [InlineData("of another authority")]
    [InlineData("that has ended")]
    [InlineData("for servers only")]
    public async Task Connection_WithACertificateThatIsNoServices_IsRefused(string which)
    {
        await using var process = await StartAsync();
        using var shown = which switch
        {
            "of another authority" => Issue(_other),
            "that has ended" => Issue(_authority, until: DateTimeOffset.UtcNow.AddHours(-1)),
            _ => Issue(_authority, usage: ForServers),
        };

        var failure = await FailureAsync(process, shown, process.As(Role.Reader));

        // UNAVAILABLE, or INTERNAL where the refusal comes after the client's half of the handshake: no call came through.
        Assert.Contains(failure.StatusCode, new[] { StatusCode.Unavailable, StatusCode.Internal });
        Assert.IsType<HttpRequestException>(failure.Status.DebugException);
        Assert.Contains(process.Log.Entries, e => e.Level == LogLevel.Warning
            && e.Text.StartsWith("A connection was refused: its certificate \"CN=peer\" is not accepted as that of a service.",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task Authorities_ThatAreChanged_CountForNewConnections()
    {
        await using var process = await StartAsync();
        using var shown = Issue(_other);
        await File.WriteAllTextAsync(AuthorityFile, _authority.Pem + "\n" + _other.Pem,
            TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(AuthorityFile, DateTime.UtcNow.AddMinutes(1));
        process.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("SERVICE_NOT_ALLOWED", (await FailureAsync(process, shown, process.As(Role.Service))).Reason());
    }

    [Theory]
    [InlineData("https://127.0.0.1:0", "empty", "(Identity:ServiceAuthorityFile) cannot be read: It has no certificate in PEM.")]
    [InlineData("https://127.0.0.1:0", "away", "(Identity:ServiceAuthorityFile) cannot be read: Could not find file")]
    [InlineData("http://127.0.0.1:0", "valid", "where no certificate can be shown. Write https://")]
    public async Task Start_WithAuthoritiesThatCannotWork_IsRefusedInASentence(string address, string file, string sentence)
    {
        if (file != "away")
        {
            await File.WriteAllTextAsync(AuthorityFile, file == "valid" ? _authority.Pem : "",
                TestContext.Current.CancellationToken);
        }
        WriteOwnCertificate();
        var builder = PlatformHost.CreateBuilder([.. Settings, $"--Listen:Address={address}",
            $"--Identity:SigningKeyFile={Path.Combine(_folder, "key.pem")}"]);

        Assert.Contains(sentence, Assert.Single(await PlatformHost.ProblemsOfAsync(builder)), StringComparison.Ordinal);
    }

    private string AuthorityFile => Path.Combine(_folder, "authorities.pem");

    private string[] Settings =>
    [
        "--Listen:Address=https://127.0.0.1:0", $"--Identity:ServiceAuthorityFile={AuthorityFile}",
        $"--Kestrel:Certificates:Default:Path={Path.Combine(_folder, "tls.crt")}",
        $"--Kestrel:Certificates:Default:KeyPath={Path.Combine(_folder, "tls.key")}",
    ];

    private async Task<TestProcess> StartAsync()
    {
        await File.WriteAllTextAsync(AuthorityFile, _authority.Pem, TestContext.Current.CancellationToken);
        WriteOwnCertificate();
        var process = await TestProcess.StartAsync(settings: Settings);
        process.Probe.Ask = (_, _) => Task.FromResult(new AskResponse { Text = "answered" });
        return process;
    }

    private void WriteOwnCertificate()
    {
        using var own = Issue(_authority);
        TestAuthority.Write(own, _folder);
    }

    private static async Task<RpcException> FailureAsync(TestProcess process, X509Certificate2? shown, Metadata headers) =>
        await Assert.ThrowsAsync<RpcException>(() => AskAsync(process, shown, headers));

    // On a connection of its own.
    private static async Task<string> AskAsync(TestProcess process, X509Certificate2? shown, Metadata headers)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, own, _, _) => own?.Subject == Name;
        if (shown is not null)
            handler.SslOptions.ClientCertificates = [shown];
        using var channel = GrpcChannel.ForAddress(process.Address, new GrpcChannelOptions { HttpHandler = handler });
        return (await new ProbeService.ProbeServiceClient(channel).AskAsync(new AskRequest(), headers,
            cancellationToken: TestContext.Current.CancellationToken)).Text;
    }

    private static X509Certificate2 Issue(TestAuthority authority, DateTimeOffset? until = null, string usage = ForClients) =>
        authority.Issue(Name, until, usage);
}
