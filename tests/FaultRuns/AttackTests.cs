using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Processes;

namespace Platform.FaultRuns.Tests;

/// <summary>A short run of the attack on both engines; see docs/security.md. It measures what a call costs, and no other
/// test may run beside it.</summary>
[Collection("One after the other")]
public sealed partial class AttackTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Platform_UnderAttack_StaysWithinItsBudgetsAndServesOthers()
    {
        var run = await RunningProcess.RunLongAsync(Timeout, "bash", "tests/attack.sh", "--no-build", "--seed", "1", "--minutes", "1");

        var result = LastLine().Match(run.Lines.Count > 0 ? run.Lines[^1] : "");
        Assert.True(result.Success, run.All);
        Assert.True(int.Parse(result.Groups["calls"].Value, CultureInfo.InvariantCulture) > 10_000, run.All);
        Assert.True(result.Groups["rest"].Value == "internal 0, unknown 0, unavailable 0, crashes 0, over budget 0", run.All);
        Assert.True(run.ExitCode == 0, run.All);
    }

    [GeneratedRegex("^calls (?<calls>[0-9]+), (?<rest>internal [0-9]+, unknown [0-9]+, unavailable [0-9]+, crashes [0-9]+, over budget "
        + "[0-9]+)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LastLine();
}
