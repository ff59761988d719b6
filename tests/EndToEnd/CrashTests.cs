using Platform.Commands;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>An import that is cut off by a crash is completed by running it again.</summary>
public sealed class CrashTests(DemoRun demo)
{
    [Fact]
    public async Task Import_EverythingInOneProcessKilledOnTheWay_EndsAsIfUndisturbed()
    {
        await using var platform = await PlatformProcess.StartAsync();
        foreach (var position in new[] { 20, 150, 290 })
        {
            await using var import = StartImport(platform.Connection);
            await WaitForPositionAsync(platform.Address, platform.Folder, position);
            await Task.WhenAll(import.KillAsync(), platform.KillAsync());
            await platform.ServeAsync();
        }

        await platform.ImportAsync();

        Assert.Equal(demo.ToMc5.Cells, (await Reports.ToMc5Async(platform.Folder, platform.Connection)).Cells);
        Assert.Equal(demo.SinceMc5.Cells, (await Reports.SinceMc5Async(platform.Folder, platform.Connection)).Cells);
    }

    [Fact]
    public async Task Import_EveryServiceAndTheWorkerKilledOnTheWay_EndsAsIfUndisturbed()
    {
        await using var platform = await DistributedPlatform.StartAsync();
        await using (var import = StartImport(platform.Connection))
        {
            await WaitForPositionAsync(platform.Address("meetings"), platform.Folder, 100);
            await Task.WhenAll(import.KillAsync(), platform.KillAsync());
        }
        await platform.StartProcessesAsync();

        var result = await PlatformCommand.RunAsync(["import", Repository.Record, .. platform.Connection]);

        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        Assert.Equal(demo.ToMc5.Cells, (await Reports.ToMc5Async(platform.Folder, platform.Connection)).Cells);
        Assert.Equal(demo.SinceMc5.Cells, (await Reports.SinceMc5Async(platform.Folder, platform.Connection)).Cells);
    }

    private static RunningProcess StartImport(string[] connection) =>
        RunningProcess.Start(Repository.PlatformProgram, null, ["import", Repository.Record, .. connection]);

    private static Task WaitForPositionAsync(string address, string folder, long position) => Eventually.IsTrueAsync(async () =>
        await PlatformProcessExtensions.LatestPositionAsync(address, folder) >= position);
}
