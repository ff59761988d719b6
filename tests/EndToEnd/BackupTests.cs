using System.Globalization;
using Grpc.Core;
using Npgsql;
using Platform.Commands;
using Platform.Membership.V1;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A copy that is made while the platform serves is a platform of its own, and makes the same report.</summary>
public sealed class BackupTests(EmbeddedRun embedded)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backup_WhileItIsWritten_RestoresToTheSameReport()
    {
        using var folder = new TemporaryFolder();
        var backup = Path.Combine(folder.Path, "backup");
        await using var platform = await PlatformProcess.StartAsync();
        await platform.ImportAsync();
        var knownAt = DateTimeOffset.UtcNow;
        var before = await PlatformProcessExtensions.ReportAsync(platform.Connection, knownAt, "before", folder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = WriteAsync(platform.Channel, platform.Officer, stop.Token);

        var made = await RunningProcess.RunPlatformAsync("backup", backup, "--data", platform.Folder);
        await stop.CancelAsync();
        var written = await writing;

        Assert.Equal((0, ""), (made.ExitCode, made.Errors));
        Assert.True(written > 0);
        await using var restored = await PlatformProcess.StartAsync(backup);
        var verified = await PlatformCommand.RunAsync(["verify", .. restored.Connection]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
        Assert.Equal(before, await PlatformProcessExtensions.ReportAsync(restored.Connection, knownAt, "after", folder));
    }

    // With the commands of docs/operations/backup.md.
    [Fact]
    public async Task Dump_OfPostgresWhileItIsWritten_RestoresToTheSameReport()
    {
        using var folder = new TemporaryFolder();
        await using var databases = await DistributedPlatform.PrepareAsync();
        await using var platform = await databases.StartInOneProcessAsync();
        await platform.ImportAsync();
        var knownAt = DateTimeOffset.UtcNow;
        var before = await PlatformProcessExtensions.ReportAsync(platform.Connection, knownAt, "before", folder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = WriteAsync(platform.Channel, platform.Officer, stop.Token);
        string[] stores = ["reporting", "commitments", "meetings", "membership"];
        foreach (var store in stores)
        {
            await PostgresToolAsync("pg_dump", databases.ConnectionTo(store), "--format=custom", "--exclude-schema=projection_*",
                $"--file={folder.Path}/{store}.dump");
        }
        await stop.CancelAsync();
        Assert.True(await writing > 0);

        await using var empty = await DistributedPlatform.PrepareAsync();
        foreach (var store in stores)
        {
            await PostgresToolAsync("pg_restore", empty.ConnectionTo(store), "--clean", "--if-exists", "--no-owner", "--exit-on-error",
                $"{folder.Path}/{store}.dump");
        }
        (await RunningProcess.RunPlatformAsync(empty.Settings, "migrate", "apply")).Succeeded();
        await using var restored = await empty.StartInOneProcessAsync();

        var verified = await PlatformCommand.RunAsync(["verify", .. restored.Connection]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
        Assert.Equal(before, await PlatformProcessExtensions.ReportAsync(restored.Connection, knownAt, "after", folder));
    }

    [Fact]
    public async Task Rebuild_SinceAServiceWasRestoredFromAnOlderCopy_MakesTheWorkerLevelAgain()
    {
        using var folder = new TemporaryFolder();
        var backup = Path.Combine(folder.Path, "backup");
        await using var platform = await PlatformProcess.StartAsync();
        await CreateBodyAsync(platform, "before");
        (await RunningProcess.RunPlatformAsync("backup", backup, "--data", platform.Folder)).Succeeded();
        await CreateBodyAsync(platform, "lost-1");
        await CreateBodyAsync(platform, "lost-2");
        (await PlatformCommand.RunAsync(["verify", .. platform.Connection])).Succeeded();
        await platform.StopAsync();
        foreach (var file in Directory.GetFiles(platform.Folder, "membership.db*"))
            File.Delete(file);
        File.Copy(Path.Combine(backup, "membership.db"), Path.Combine(platform.Folder, "membership.db"));
        await platform.ServeAsync();
        await CreateBodyAsync(platform, "instead");
        Assert.NotEqual(0, (await PlatformCommand.RunAsync(["verify", "--wait", "1", .. platform.Connection])).ExitCode);
        var status = await PlatformCommand.RunAsync(["status", .. platform.Connection]);
        Assert.Equal(1, status.ExitCode);
        Assert.Contains("The worker holds more: was this restored from an older copy?", status.Output, StringComparison.Ordinal);
        // As many as were lost, and more: the worker does not take them for those.
        await CreateBodyAsync(platform, "instead-2");
        await CreateBodyAsync(platform, "instead-3");
        await Eventually.IsTrueAsync(() => Task.FromResult(platform.Server.Errors.Contains(
            "The database of membership is an older copy of the one that the reporting worker has read", StringComparison.Ordinal)));
        status = await PlatformCommand.RunAsync(["status", .. platform.Connection]);
        Assert.Equal(1, status.ExitCode);
        Assert.Contains("The change log of membership is not taken in. The database of membership is an older copy", status.Output,
            StringComparison.Ordinal);
        var inUse = await RunningProcess.RunPlatformAsync("projection", "rebuild", "--data", platform.Folder);
        Assert.Equal(1, inUse.ExitCode);
        Assert.Contains("is in use by another platform process", inUse.Errors, StringComparison.Ordinal);
        await platform.StopAsync();

        (await RunningProcess.RunPlatformAsync("projection", "rebuild", "--data", platform.Folder)).Succeeded();

        await platform.ServeAsync();
        var verified = await PlatformCommand.RunAsync(["verify", .. platform.Connection]);
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Errors);
    }

    [Fact]
    public async Task Backup_OfWhatIsNoPlatformOrIntoWhatIsThere_IsRefused()
    {
        using var folder = new TemporaryFolder();

        var none = await RunningProcess.RunPlatformAsync("backup", Path.Combine(folder.Path, "b"), "--data", folder.Path);
        Assert.Equal(1, none.ExitCode);
        Assert.StartsWith($"\"{folder.Path}\" has no reporting.db, no commitments.db, no meetings.db, no membership.db: ", none.Errors,
            StringComparison.Ordinal);

        var there = await RunningProcess.RunPlatformAsync("backup", folder.Path, "--data", embedded.Platform.Folder);
        Assert.Equal((1, $"\"{folder.Path}\" exists. Name a folder that does not exist."), (there.ExitCode, there.Errors));
    }

    private static async Task<int> WriteAsync(ChannelBase membership, Metadata officer, CancellationToken stop)
    {
        var count = 0;
        // What is written is verified afterwards, so that as fast as possible would be no better.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        do
            await CreateBodyAsync(membership, officer, $"written-{count++}");
        while (!stop.IsCancellationRequested && await pace.WaitForNextTickAsync(Cancel));
        return count;
    }

    private static Task CreateBodyAsync(PlatformProcess platform, string id) => CreateBodyAsync(platform.Channel, platform.Officer, id);

    private static async Task CreateBodyAsync(ChannelBase membership, Metadata officer, string id) =>
        await new MembershipService.MembershipServiceClient(membership).CreateBodyAsync(new()
        {
            Body = new()
            {
                Name = $"bodies/{id}",
                Kind = BodyKind.AdHocGroup,
                Names = { new DatedName { Text = $"Body {id}", Kind = NameKind.Official } },
                EffectiveDate = "2022-12-06",
            },
        }, officer, cancellationToken: Cancel);

    private static async Task PostgresToolAsync(string tool, string connection, params string[] arguments)
    {
        var database = new NpgsqlConnectionStringBuilder(connection);
        var result = await RunningProcess.RunAsync(tool, [.. arguments, $"--dbname={database.Database}"], null,
            ("PGHOST", database.Host!), ("PGPORT", database.Port.ToString(CultureInfo.InvariantCulture)), ("PGUSER", database.Username!),
            ("PGPASSWORD", database.Password!));
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
    }
}
