using Platform.Commands;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>Everything in one process, and each service on its own on PostgreSQL and RabbitMQ, tell the same.</summary>
public sealed class DistributedTests(DemoRun demo, EmbeddedRun embedded, DistributedRun distributed)
{
    [Fact]
    public void Reports_OfBothWaysToRun_HaveTheSameCells()
    {
        Assert.Equal(demo.ToMc5.Cells, distributed.ToMc5.Cells);
        Assert.Equal(demo.SinceMc5.Cells, distributed.SinceMc5.Cells);
    }

    [Fact]
    public async Task Import_RunAgain_ChangesNothing()
    {
        var before = await PositionsAsync();

        var again = await PlatformCommand.RunAsync(["import", Repository.Record, .. distributed.Platform.Connection]);

        Assert.True(again.ExitCode == 0, again.Output + again.Errors);
        Assert.Equal(before, await PositionsAsync());
    }

    [Fact]
    public async Task Report_MadeAgainAfterLaterChanges_HasTheSameCells()
    {
        var platform = embedded.Platform;
        var knownAt = DateTimeOffset.UtcNow;
        string[] then =
        [
            .. platform.Connection, "--known-at", knownAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", null), "--version-number", "7",
        ];
        var first = await Reports.ToMc5Async(platform.Folder, then, "first");

        await platform.RenameAsync("meetings/ahg-som-7", "A title that was corrected later");
        var again = await Reports.ToMc5Async(platform.Folder, then, "again");
        var now = await Reports.ToMc5Async(platform.Folder, platform.Connection, "now");

        Assert.Equal(first.Cells, again.Cells);
        Assert.NotEqual(first.Cells, now.Cells);
    }

    private async Task<IReadOnlyList<long>> PositionsAsync() =>
        [await PlatformProcessExtensions.LatestPositionAsync(distributed.Platform.Address("meetings"), distributed.Platform.Folder)];
}
