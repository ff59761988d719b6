using Grpc.Net.Client;
using Platform.ChangeLog.V1;
using Platform.Commands;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>What these tests do with a served platform.</summary>
internal static class PlatformProcessExtensions
{
    public static async Task ImportAsync(this PlatformProcess platform, params string[] options)
    {
        var result = await PlatformCommand.RunAsync(["import", Repository.Record, .. platform.Connection, .. options]);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
    }

    public static async Task<IReadOnlyList<Outcome>> OutcomesAsync(this PlatformProcess platform)
    {
        var page = await new MeetingsService.MeetingsServiceClient(platform.Channel)
            .ListOutcomesAsync(new() { PageSize = 1000 }, platform.Officer);
        Assert.Empty(page.NextPageToken);
        return page.Outcomes;
    }

    /// <summary>The end of the change log of the meetings service at an address, whose key is in a folder.</summary>
    public static async Task<long> LatestPositionAsync(string address, string folder)
    {
        using var channel = GrpcChannel.ForAddress(address);
        return (await new ChangeLogService.ChangeLogServiceClient(channel)
            .GetLatestPositionAsync(new() { Service = "meetings" }, PlatformProcess.HeaderOf(folder, Role.Reader))).Position;
    }

    /// <summary>
    /// The bytes of the report to the Fifth Ministerial Conference as known at a moment, under a name of its own, so that it is made
    /// and not found.
    /// </summary>
    public static async Task<byte[]> ReportAsync(string[] connection, DateTimeOffset knownAt, string name, TemporaryFolder folder)
    {
        var file = Path.Combine(folder.Path, $"{name}.xlsx");
        (await PlatformCommand.RunAsync(["report", "--base", "meetings/mc-4", "--as-of", "2013-03-05", "--known-at",
            knownAt.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", null), "--name", $"reports/{name}", "--version-number", "1", "--out", file,
            .. connection])).Succeeded();
        return await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
    }
}
