using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Hosting.Identity;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace Platform.Hosting.Tests;

public sealed class PlatformHostTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("platform-host-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("--Listen:Address=http://0.0.0.0:0", "without TLS the platform listens on loopback only")]
    [InlineData("--Listen:Address=https://127.0.0.1:0", "there is no certificate")]
    [InlineData("--Listen:Address=127.0.0.1", "Write http:// or https://")]
    [InlineData("--Listen:Address=http://platform.example.org:5100", "an IP address or localhost")]
    [InlineData("--Kestrel:Endpoints:Open:Url=http://0.0.0.0:0", "Kestrel:Endpoints is not used here")]
    [InlineData("--Listen:MaxRequestBytes=1", "Listen:MaxRequestBytes must lie between 65,536 and 67,108,864.")]
    [InlineData("--Listen:ShutdownTimeout=01:00:00", "Listen:ShutdownTimeout must lie between 00:00:00 and 00:05:00.")]
    [InlineData("--Listen:Adress=https://0.0.0.0:8443", "Listen:Adress is not a setting. Listen has Address, AllowCleartext,")]
    [InlineData("--Identity:Authorty=https://login.example.org", "Identity:Authorty is not a setting.")]
    public async Task Start_SettingsThatCannotWorkOrAreNotSafe_AreRefusedInASentence(string setting, string sentence)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestProcess.StartAsync(settings: setting));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_CleartextAskedForByName_Listens()
    {
        await using var process = await TestProcess.StartAsync(settings: ["--Listen:Address=http://0.0.0.0:0",
            "--Listen:AllowCleartext=true"]);

        Assert.StartsWith("http://0.0.0.0:", process.Address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ToldToStopBeforeItsStartIsOver_EndsAsTold()
    {
        var exitCode = await PlatformHost.RunAsync(
            ["--Listen:Address=http://127.0.0.1:0", $"--Identity:SigningKeyFile={Path.Combine(_directory, "key.pem")}"],
            builder => builder.Services.AddHostedService<StopsDuringStart>(), _ => { });

        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task Certificate_ThatIsRenewed_IsShownToNewConnections()
    {
        var first = WriteCertificate();
        await using var process = await TestProcess.StartAsync(settings:
            ["--Listen:Address=https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={CertificateFile}",
                $"--Kestrel:Certificates:Default:KeyPath={KeyFile}"]);
        Assert.Equal(first, await ShownAsync(process));

        var second = WriteCertificate();
        process.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(second, await ShownAsync(process));

        // Half written: the one before stays, and the log says so.
        await File.WriteAllTextAsync(CertificateFile, "-----BEGIN CERT", TestContext.Current.CancellationToken);
        process.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(second, await ShownAsync(process));
        Assert.Contains(process.Log.Entries, e => e.Text.StartsWith($"The certificate \"{CertificateFile}\" was changed and cannot be used",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Certificate_ThatHasEnded_IsNotTakenAndKeepsAProcessFromStarting()
    {
        string[] settings = ["--Listen:Address=https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={CertificateFile}",
            $"--Kestrel:Certificates:Default:KeyPath={KeyFile}"];
        var first = WriteCertificate();
        await using var process = await TestProcess.StartAsync(settings: settings);

        WriteCertificate(end: process.Time.GetUtcNow().AddDays(-1));
        process.Time.Advance(TimeSpan.FromSeconds(10));
        var shown = await ShownAsync(process);
        var problem = Assert.Single(await PlatformHost.ProblemsOfAsync(PlatformHost.CreateBuilder(
            [.. settings, $"--Identity:SigningKeyFile={Path.Combine(_directory, "key.pem")}"])));

        Assert.Equal(first, shown);
        Assert.Contains(process.Log.Entries,
            e => e.Text.Contains("the one from before stays. It ended at 2026-03-04T", StringComparison.Ordinal));
        Assert.Contains("cannot be used: It ended at 2026-03-04T", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_ThatCannotBeRead_IsToldInASentence()
    {
        await File.WriteAllTextAsync(CertificateFile, "nothing", TestContext.Current.CancellationToken);
        var builder = PlatformHost.CreateBuilder("--Listen:Address=https://127.0.0.1:0",
            $"--Kestrel:Certificates:Default:Path={CertificateFile}", $"--Kestrel:Certificates:Default:KeyPath={KeyFile}",
            $"--Identity:SigningKeyFile={Path.Combine(_directory, "key.pem")}");

        var problem = Assert.Single(await PlatformHost.ProblemsOfAsync(builder));

        Assert.StartsWith($"The certificate \"{CertificateFile}\" (Kestrel:Certificates:Default:Path)", problem, StringComparison.Ordinal);
    }

    private string CertificateFile => Path.Combine(_directory, "tls.crt");

    private string KeyFile => Path.Combine(_directory, "tls.key");

    // Writes a new one and returns its hash.
    private string WriteCertificate(DateTimeOffset? end = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var notAfter = end ?? DateTimeOffset.UtcNow.AddDays(1);
        using var certificate = request.CreateSelfSigned(notAfter.AddDays(-2), notAfter);
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        return certificate.GetCertHashString();
    }

    // The hash of what a call of a connection of its own is shown.
    private static async Task<string> ShownAsync(TestProcess process)
    {
        var hash = "";
        using var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                // Self-signed; which it is, is what the test looks at.
                RemoteCertificateValidationCallback = (_, shown, _, _) => (hash = shown!.GetCertHashString()).Length > 0,
            },
        };
        using var channel = GrpcChannel.ForAddress(process.Address, new GrpcChannelOptions { HttpHandler = handler });
        var response = await new HealthClient(channel)
            .CheckAsync(new HealthCheckRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, response.Status);
        return hash;
    }

    [Fact]
    public async Task Stop_CallInHand_IsFinished()
    {
        await using var process = await TestProcess.StartAsync();
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        process.Probe.Ask = async (_, _) =>
        {
            entered.SetResult();
            await release.Task;
            return new AskResponse { Text = "finished" };
        };

        var call = process.Client.AskAsync(new AskRequest(), process.As(Role.Reader),
            cancellationToken: TestContext.Current.CancellationToken).ResponseAsync;
        await entered.Task;
        var stopped = process.App.StopAsync(TestContext.Current.CancellationToken);
        release.SetResult();

        Assert.Equal("finished", (await call).Text);
        await stopped;
    }

    // As an operator, or a broker that refuses the process, may do.
    private sealed class StopsDuringStart(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.StopApplication();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
