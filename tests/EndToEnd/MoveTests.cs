using Platform.Commands;
using Platform.Membership.V1;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A platform on SQLite becomes one on PostgreSQL and RabbitMQ, and nothing of it is lost or different.</summary>
public sealed class MoveTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Move_WholeRecord_ServesTheSameAndMakesTheSameReport()
    {
        using var folder = new TemporaryFolder();
        await using var small = await PlatformProcess.StartAsync();
        await small.ImportAsync();
        var knownAt = DateTimeOffset.UtcNow;
        var before = await PlatformProcessExtensions.ReportAsync(small.Connection, knownAt, "before", folder);
        await using var databases = await DistributedPlatform.PrepareAsync();

        var serving = await RunningProcess.RunPlatformAsync(databases.Settings, "move", "--data", small.Folder);
        Assert.Equal(1, serving.ExitCode);
        Assert.Contains("is in use by another platform process", serving.Errors, StringComparison.Ordinal);
        await small.StopAsync();
        var moved = await RunningProcess.RunPlatformAsync(databases.Settings, "move", "--data", small.Folder);

        Assert.True(moved.ExitCode == 0, moved.Output + moved.Errors);
        // Run again, as after an interruption, it finds what is there.
        var again = (await RunningProcess.RunPlatformAsync(databases.Settings, "move", "--data", small.Folder)).Succeeded();
        Assert.Equal(4, again.Split("is there already.").Length - 1);
        await using var large = await databases.StartInOneProcessAsync();
        var verified = await PlatformCommand.RunAsync(["verify", .. large.Connection]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
        Assert.Equal(before, await PlatformProcessExtensions.ReportAsync(large.Connection, knownAt, "after", folder));
        Assert.Contains("reports/before", (await PlatformCommand.RunAsync(["reports", "list", .. large.Connection])).Succeeded(),
            StringComparison.Ordinal);
        // What is written from now on comes after what was moved.
        (await PlatformCommand.RunAsync(["doctor", .. large.Connection])).Succeeded();
        (await PlatformCommand.RunAsync(["verify", .. large.Connection])).Succeeded();
    }

    [Fact]
    public async Task Move_WithoutADatabaseOrIntoOneThatIsInUse_IsRefused()
    {
        await using var small = await PlatformProcess.StartAsync();
        await small.StopAsync();
        var nowhere = await RunningProcess.RunPlatformAsync("move", "--data", small.Folder);
        Assert.Equal((1, "Set ConnectionStrings__membership, ConnectionStrings__meetings, ConnectionStrings__commitments, "
            + "ConnectionStrings__reporting: each store needs a PostgreSQL database to move to."), (nowhere.ExitCode, nowhere.Errors));
        await using var used = await DistributedPlatform.PrepareAsync();
        used.Start("membership");
        using var membership = used.ChannelTo("membership");
        await Eventually.IsTrueAsync(membership.IsServingAsync);
        await new MembershipService.MembershipServiceClient(membership)
            .CreateBodyAsync(new()
            {
                Body = new()
                {
                    Name = "bodies/there",
                    Kind = BodyKind.AdHocGroup,
                    Names = { new DatedName { Text = "A body that is there", Kind = NameKind.Official } },
                },
            }, PlatformProcess.HeaderOf(used.Folder, Hosting.Identity.Role.Officer), cancellationToken: Cancel);

        var refused = await RunningProcess.RunPlatformAsync(used.Settings, "move", "--data", small.Folder);

        Assert.Equal((1, "The database of membership is not empty: it has rows in record. Name an empty database."),
            (refused.ExitCode, refused.Errors));
    }
}
