using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Platform.ChangeLog.V1;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>Services that show one another certificates beside their tokens.</summary>
public sealed class MutualTlsTests
{
    [Fact]
    public async Task Platform_WhoseServicesShowCertificates_WorksAndItsTokensAreOfNoUseElsewhere()
    {
        await using var platform = await DistributedPlatform.PrepareAsync();
        using var certificate = platform.UseMutualTls();
        await platform.StartProcessesAsync();

        // Each service asks others, for itself and for its callers; the worker asks all.
        var doctor = await RunningProcess.RunPlatformAsync(
            new Dictionary<string, string> { ["SSL_CERT_FILE"] = platform.Settings["SSL_CERT_FILE"] }, ["doctor", .. platform.Connection]);
        Assert.True(doctor is { ExitCode: 0, Errors: "" }, doctor.All);

        var tokenOfTheWorker = new Metadata
        {
            { "authorization", $"Bearer {PlatformProcess.IssuerOf(platform.Folder).IssueForService("reporting")}" },
        };
        Assert.NotEqual(0, await AskAsync(certificate));
        var refused = await Assert.ThrowsAsync<RpcException>(() => AskAsync(null));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);

        async Task<long> AskAsync(X509Certificate2? shown)
        {
            using var channel = platform.ChannelTo("meetings", shown);
            return (await new ChangeLogService.ChangeLogServiceClient(channel).GetLatestPositionAsync(new() { Service = "meetings" },
                tokenOfTheWorker, cancellationToken: TestContext.Current.CancellationToken)).Position;
        }
    }
}
