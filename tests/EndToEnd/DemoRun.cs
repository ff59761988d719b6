using Platform.EndToEnd.Tests;
using Platform.Processes;

[assembly: AssemblyFixture(typeof(DemoRun))]
[assembly: AssemblyFixture(typeof(DistributedRun))]

namespace Platform.EndToEnd.Tests;

/// <summary>One run of <c>platform demo</c>: everything in one process, SQLite and a bus in memory.</summary>
public sealed class DemoRun : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("platform-demo-").FullName;

    internal CommandResult Result { get; private set; } = null!;

    internal Workbook ToMc5 { get; private set; } = null!;

    internal Workbook SinceMc5 { get; private set; } = null!;

    internal string BriefToMc5 => Path.ChangeExtension(ToMc5.Path, ".docx");

    internal string BriefSinceMc5 => Path.ChangeExtension(SinceMc5.Path, ".docx");

    public async ValueTask InitializeAsync()
    {
        Result = await RunningProcess.RunPlatformAsync("demo", "--out", _folder);
        Assert.True(Result.ExitCode == 0, Result.Output + Result.Errors);
        ToMc5 = new Workbook(Path.Combine(_folder, "progress-report-mc5.xlsx"));
        SinceMc5 = new Workbook(Path.Combine(_folder, "progress-report-since-mc5.xlsx"));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
