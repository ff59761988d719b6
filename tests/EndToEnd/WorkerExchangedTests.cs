using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Processes;
using Platform.Reporting.V1;

namespace Platform.EndToEnd.Tests;

/// <summary>A worker may be exchanged while an officer waits for a report.</summary>
public sealed class WorkerExchangedTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Report_WhileItsWorkerIsExchanged_IsAwaited()
    {
        await using var platform = await DistributedPlatform.PrepareAsync();
        using var channel = platform.ChannelTo("reporting");
        var officer = PlatformProcess.HeaderOf(platform.Folder, Role.Officer);
        var client = new ReportingService.ReportingServiceClient(channel);
        platform.Start("reporting");
        await Eventually.IsTrueAsync(() => HasReportsAsync(0));
        // It waits for the services, which are not there.
        await using var command = RunningProcess.Start(Repository.PlatformProgram, null, ["report", "--name", "reports/r", "--base",
            "meetings/mc-4", "--title", "R", "--out", $"{platform.Folder}/r.xlsx", .. platform.Connection]);
        await Eventually.IsTrueAsync(() => HasReportsAsync(1));

        await platform.KillAsync("reporting");
        platform.Start("reporting");
        await Eventually.IsTrueAsync(() => HasReportsAsync(1));
        await client.CancelReportAsync(new() { Name = "reports/r" }, officer, cancellationToken: Cancel);

        var ended = await command.EndAsync();
        Assert.Equal((1, "reports/r was cancelled."), (ended.ExitCode, ended.Errors));

        // Without them it is not ready, and answers.
        async Task<bool> HasReportsAsync(int count)
        {
            try
            {
                return (await client.ListReportsAsync(new(), officer, cancellationToken: Cancel)).Reports.Count == count;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Report_OfAWorkerThatIsAway_SaysWhereItWasLookedFor()
    {
        var nowhere = $"http://127.0.0.1:{LoopbackPorts.Free()}";

        var listed = await RunningProcess.RunPlatformAsync("reports", "list", "--address", nowhere, "--token", "none");

        Assert.Equal(1, listed.ExitCode);
        Assert.StartsWith($"Unavailable: reporting at {nowhere} could not be reached: Connection refused",
            listed.Errors, StringComparison.Ordinal);
    }
}
