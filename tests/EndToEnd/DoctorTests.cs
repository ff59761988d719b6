using Platform.Commands;
using Platform.Hosting.Identity;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A deployment tried from end to end, as an operator does after an upgrade.</summary>
public sealed class DoctorTests(EmbeddedRun embedded)
{
    [Fact]
    public async Task Doctor_WhileItServesAndWhenItIsAway_SaysSoAndLeavesNothing()
    {
        await using var platform = await PlatformProcess.StartAsync();

        var served = await RunningProcess.RunPlatformAsync(["doctor", .. platform.Connection]);

        Assert.True(served is { ExitCode: 0, Errors: "" }, served.Output + served.Errors);
        var lines = served.Output.TrimEnd().Split('\n');
        Assert.Equal("All is well.", lines[^1]);
        Assert.Equal(23, lines.SkipLast(1).Count(l => l.StartsWith("ok ", StringComparison.Ordinal)));
        // What it recorded is retracted, and the worker knows.
        var verified = await PlatformCommand.RunAsync(["verify", .. platform.Connection]);
        Assert.Equal(0, verified.ExitCode);

        await platform.StopAsync();
        var away = await PlatformCommand.RunAsync(["doctor", .. platform.Connection]);

        Assert.Equal((1, ""), (away.ExitCode, away.Errors));
        Assert.DoesNotContain("ok ", away.Output, StringComparison.Ordinal);
        Assert.Contains("Not all is well", away.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_WithAReadersToken_SaysWhoseTokenItNeeds()
    {
        var refused = await PlatformCommand.RunAsync(["doctor", .. embedded.Platform.ConnectionAs(Role.Reader)]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("FAILED meetings accepts the token: the token's role is reader", refused.Output, StringComparison.Ordinal);
    }
}
