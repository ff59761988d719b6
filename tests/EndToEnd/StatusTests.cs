using System.Text.Json;
using Platform.Commands;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>One look at everything that an operator runs.</summary>
public sealed class StatusTests
{
    [Fact]
    public async Task Status_WhileItServesAndWhenItIsAway_SaysSo()
    {
        await using var platform = await PlatformProcess.StartAsync();
        // Records in each service.
        (await PlatformCommand.RunAsync(["doctor", .. platform.Connection])).Succeeded();
        (await PlatformCommand.RunAsync(["verify", .. platform.Connection])).Succeeded();

        var served = await RunningProcess.RunPlatformAsync(["status", .. platform.Connection]);
        var json = await PlatformCommand.RunAsync(["status", "--json", .. platform.Connection]);

        Assert.Equal((0, ""), (served.ExitCode, served.Errors));
        var services = JsonDocument.Parse(json.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(["membership", "meetings", "commitments", "reporting"], services.Select(s => s.GetProperty("service").GetString()));
        Assert.All(services, s => Assert.Equal("ready", s.GetProperty("state").GetString()));
        Assert.All(services.SkipLast(1), s => Assert.True(s.GetProperty("latest").GetInt64() > 0
            && s.GetProperty("latest").GetInt64() == s.GetProperty("consumed").GetInt64()
            && s.GetProperty("latest").GetInt64() == s.GetProperty("published").GetInt64()));
        var version = (await RunningProcess.RunPlatformAsync("--version")).Succeeded().Trim();
        Assert.All(services, s => Assert.Equal(version, s.GetProperty("version").GetString()));
        Assert.Equal(services.Count + 1, served.Output.TrimEnd().Split('\n').Length);

        await platform.StopAsync();
        var away = await PlatformCommand.RunAsync(["status", .. platform.Connection]);

        Assert.Equal((1, ""), (away.ExitCode, away.Errors));
        Assert.All(away.Output.TrimEnd().Split('\n').Skip(1), line => Assert.Contains("away", line, StringComparison.Ordinal));
    }
}
