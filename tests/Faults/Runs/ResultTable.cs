using System.Globalization;
using System.Text;

namespace Platform.Faults.Runs;

/// <summary>The table at the end of a run, as Markdown.</summary>
internal static class ResultTable
{
    public static string Of(Options options, TimeSpan took, Measures measures, Findings findings, Injector injector)
    {
        var table = new StringBuilder();
        void Line(FormattableString line) => table.AppendLine(line.ToString(CultureInfo.InvariantCulture));

        var faults = measures.Faults;
        table.AppendLine("| fault | count | longest unavailability while in effect | longest until changes flow again "
            + "| the same, no other fault in effect |");
        Line($"|---|---:|---:|---:|---:|");
        foreach (var kind in FaultKinds.All)
        {
            if (injector.Impossible.ContainsKey(kind))
            {
                Line($"| {kind.Name()} | not run | | | |");
                continue;
            }
            var ofKind = faults.Where(f => f.Plan.Kind == kind).ToList();
            Line($"| {kind.Name()} | {ofKind.Count} | {Seconds(ofKind.Select(f => (TimeSpan?)f.Unavailability))} | {Flows(ofKind)} |");
        }
        Line($"| all | {faults.Count} | {Seconds([measures.Unavailability])} | {Flows(faults)} |");
        table.AppendLine();
        Line($"| writes | |");
        Line($"|---|---:|");
        Line($"| acknowledged | {measures.Acknowledged:N0} |");
        Line($"| of these at the second attempt or later | {measures.Retried:N0} |");
        Line($"| acknowledged, and sent again later | {measures.RepeatedWrites:N0} |");
        Line($"| given up without an answer | {measures.Unknown:N0} |");
        Line($"| refused for a stale etag | {measures.Refused:N0} |");
        Line($"| lost | {findings.LostCount:N0} |");
        Line($"| duplicated | {findings.DuplicatedCount:N0} |");
        Line($"| differing | {findings.DifferingCount:N0} |");
        table.AppendLine();
        Line($"Seed {options.Seed}, {took.TotalMinutes:0.0} minutes under load.");
        foreach (var (kind, reason) in injector.Impossible)
            Line($"{kind.Name()} was not run: {reason}.");
        return table.ToString();
    }

    private static string Flows(IReadOnlyCollection<Injected> faults) =>
        $"{Seconds(faults.Select(f => f.Flow))} | {Seconds(faults.Where(f => f.Undisturbed).Select(f => f.Flow))}";

    private static string Seconds(IEnumerable<TimeSpan?> times) =>
        times.Max() is { } longest && longest >= TimeSpan.Zero
            ? string.Create(CultureInfo.InvariantCulture, $"{longest.TotalSeconds:0.0} s") : "";
}
