using Platform.Commands;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>The record imported, with the documents where they are at hand, into processes on PostgreSQL and RabbitMQ,
/// and its reports.</summary>
public sealed class DistributedRun : IAsyncLifetime
{
    private ServedPlatform _platform = null!;

    internal ServedPlatform Platform => _platform;

    internal CommandResult Import { get; private set; } = null!;

    internal Workbook ToMc5 { get; private set; } = null!;

    internal Workbook SinceMc5 { get; private set; } = null!;

    /// <summary>What was done about the Fourth Conference's taskings by the day of the Fifth.</summary>
    internal Workbook OnTheDayOfMc5 { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await ServedPlatform.StartDistributedAsync();
        Import = await RunningProcess.RunPlatformAsync(["import", Repository.Record, .. _platform.Connection]);
        Assert.True(Import.ExitCode == 0, Import.Output + Import.Errors);
        ToMc5 = await Reports.ToMc5Async(_platform.Folder, _platform.Connection);
        SinceMc5 = await Reports.SinceMc5Async(_platform.Folder, _platform.Connection);
        OnTheDayOfMc5 = await Reports.WriteAsync(_platform.Folder, "on-the-day-of-mc5",
            ["--base", "meetings/mc-4", "--as-of", "2013-04-02", .. _platform.Connection]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
            await _platform.DisposeAsync();
    }
}

/// <summary>The reports that <c>platform demo</c> writes, made by <c>platform report</c>.</summary>
internal static class Reports
{
    public static Task<Workbook> ToMc5Async(string folder, string[] connection, string name = "mc-5") =>
        WriteAsync(folder, name, ["--title", "Progress Report of the Ad Hoc Group to the Fifth Ministerial Conference", "--base",
            "meetings/mc-4", "--target", "meetings/mc-5", "--as-of", "2013-03-05", .. connection]);

    public static Task<Workbook> SinceMc5Async(string folder, string[] connection, string name = "since-mc-5") =>
        WriteAsync(folder, name, ["--title", "Progress since the Fifth Ministerial Conference", "--base", "meetings/mc-5", "--as-of",
            "2022-12-06", .. connection]);

    public static async Task<Workbook> WriteAsync(string folder, string name, string[] arguments)
    {
        var file = Path.Combine(folder, $"{name}.xlsx");
        var result = await PlatformCommand.RunAsync(["report", "--name", $"reports/{name}", "--out", file, .. arguments]);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        return new Workbook(file);
    }
}
