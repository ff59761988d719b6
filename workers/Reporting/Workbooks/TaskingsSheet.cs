using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of taskings and decisions of the base conference.</summary>
internal static class TaskingsSheet
{
    // A tasking with more commitments than this shows counts: the sheet of commitments has them all.
    private const int MaxNamed = 12;

    public static void Write(IXLWorksheet sheet, ProgressReport report)
    {
        var attached = report.Taskings.Any(t => t.OfficialText.Length > 0);
        TableSheet.Write(sheet, report,
        [
            new("Reference", 17, t => Cell.Of(t.Reference)) { Strong = true },
            new("Kind", 9, t => Cell.Of(Labels.Of(t.Kind))),
            new("Tasking or decision", 18, t => Cell.Of(t.Title)) { Strong = true },
            new("Summary", 27, t => Cell.Of(Summary(t))) { Grows = true },
            new("Official text", attached ? 34 : 10, t => Cell.Of(t.OfficialText, Labels.TextNotAttached)) { Grows = true },
            new("Given to", 14, t => Cell.Of(t.GivenTo, "Nobody named")),
            new("What was done", 44, t => Cell.Of(Progress(t), "No progress recorded")) { Grows = true },
            new("Commitments", 22, t => Cell.Of(Commitments(t), "None recorded")) { Grows = true },
            new("Self-reported", 14.5, t => Each(t, c => Status.SelfReported(c.Status.SelfReported))),
            new("Shown by a document", 14.5, t => Each(t, c => Status.ShownByDocument(c.Status.ShownByDocument))),
            new("Assessed", 14.5, t => Each(t, c => Status.Assessed(c.Status.Assessed))),
            new("Closure", 13, t => Each(t, c => Status.Closure(c.Status))),
            new("Timeliness", 13, t => Each(t, c => Status.Of(c.Status.Timeliness))),
            new("How it came about and what followed", 28, t => Cell.Of(t.Story, "No links recorded")) { Grows = true },
        ], report.Taskings, $"The record holds no tasking or decision of {report.BaseLabel}.");
    }

    private static string Summary(TaskingRow tasking) =>
        tasking.Conditions.Length > 0 ? $"{tasking.Summary}\nCondition: {tasking.Conditions}" : tasking.Summary;

    private static string Commitments(TaskingRow tasking) =>
        string.Join("\n", tasking.Commitments.Take(MaxNamed)
            .Select((c, i) => $"{Number(tasking, i)}{c.Title}{(c.Ongoing ? " (ongoing)" : string.Empty)}"))
        + (tasking.Commitments.Count > MaxNamed ? $"\n… and {tasking.Commitments.Count - MaxNamed} more on the sheet Commitments"
            : string.Empty);

    private static string Progress(TaskingRow tasking) =>
        string.Join("\n", tasking.Commitments.Take(MaxNamed).SelectMany((c, i) => c.Progress.Select(p =>
            $"{Number(tasking, i)}{Labels.Of(p.Date)}: {p.Narrative}{(p.Reference.Length > 0 ? $" [{p.Reference}]" : string.Empty)}")));

    // One commitment: its status. Several: theirs under the same numbers, never merged into one.
    private static Cell Each(TaskingRow tasking, Func<TrackedCommitment, Cell> status) => tasking.Commitments.Count switch
    {
        0 => Cell.Of("–", CellStyle.Silent),
        1 => status(tasking.Commitments[0]),
        <= MaxNamed => Cell.Of(string.Join("\n", tasking.Commitments.Select((c, i) => $"{Number(tasking, i)}{status(c).Shown}"))),
        _ => Cell.Of(string.Join("\n", tasking.Commitments.CountBy(c => status(c).Shown).OrderByDescending(c => c.Value)
            .Select(c => $"{c.Key}: {c.Value}"))),
    };

    private static string Number(TaskingRow tasking, int index) => tasking.Commitments.Count > 1 ? $"{index + 1}. " : string.Empty;
}
