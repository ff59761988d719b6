using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Processes;

namespace Platform.FaultRuns.Tests;

/// <summary>A short run of the fault harness; see docs/faults.md. A project of its own: it measures how soon another
/// replica takes over.</summary>
[Collection("One after the other")]
public sealed partial class FaultTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(15);

    [Fact]
    public async Task Platform_FaultsUnderLoad_LosesDuplicatesAndChangesNothing()
    {
        var run = await RunningProcess.RunLongAsync(Timeout, "bash", "tests/faults.sh", "--no-build", "--seed", "1", "--faults", "5",
            "--writes", "600", "--minutes", "8");

        var result = LastLine().Match(run.Lines.Count > 0 ? run.Lines[^1] : "");
        Assert.True(result.Success, run.All);
        int Number(string name) => int.Parse(result.Groups[name].Value, CultureInfo.InvariantCulture);
        Assert.True(Number("acknowledged") >= 600 && Number("faults") >= 5, run.All);
        Assert.True(Number("lost") == 0 && Number("duplicated") == 0 && Number("differing") == 0, run.All);
        Assert.True(run.ExitCode == 0, run.All);
    }

    [GeneratedRegex("^acknowledged (?<acknowledged>[0-9]+), lost (?<lost>[0-9]+), duplicated (?<duplicated>[0-9]+), differing "
        + "(?<differing>[0-9]+), faults (?<faults>[0-9]+)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LastLine();
}
