using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of taskings and decisions of the base conference.</summary>
internal static class TaskingsSheet
{
    // A tasking with more commitments than this shows counts: the sheet of commitments has them all.
    private const int MaxNamed = 12;

    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            WorkbookContext.Reference<TaskingRow>(13),
            new("Kind", 8.5, t => Cell.Of(Labels.Of(t.Kind))),
            new("Tasking or decision", 17, t => Cell.Of(t.Title)) { Strong = true },
            new("Summary", 24, t => Cell.Of(Summary(t))),
            new("Given to", 12, t => Cell.Of(t.GivenTo, "Nobody named")),
            new("What was done", 31.5, t => Cell.Of(Progress(t), "No commitment recorded")),
            new("Self-reported", 11, t => Each(t, c => Status.SelfReported(c.Status.SelfReported))),
            new("Shown by a document", 11, t => Each(t, c => Status.ShownByDocument(c.Status.ShownByDocument))),
            new("Assessed", 11, t => Each(t, c => Status.Assessed(c.Status.Assessed))),
            new("Closure and timeliness", 13, t => Each(t, c => Status.ClosureAndTimeliness(c.Status))),
            context.Source<TaskingRow>(),
        ], context.Report.Taskings, Wording.Format($"The record holds no tasking or decision of {context.Report.BaseLabel}."));

    private static string Summary(TaskingRow tasking) => ReportContext.Lines(
    [
        tasking.Summary,
        ReportContext.Detail("Official text", tasking.OfficialText),
        ReportContext.Detail("Condition", tasking.Conditions),
    ]);

    // One commitment: what was done. Several: each under its number and name.
    private static string Progress(TaskingRow tasking) => ReportContext.Lines(
    [
        .. tasking.Commitments.Take(MaxNamed).SelectMany((c, i) => Notes(tasking, c, i)),
        tasking.Commitments.Count > MaxNamed
            ? Wording.Format($"… and {tasking.Commitments.Count - MaxNamed} more on the sheet {Wording.Of(SheetNames.Commitments)}")
            : string.Empty,
    ]);

    private static IEnumerable<string> Notes(TaskingRow tasking, TrackedCommitment commitment, int index)
    {
        if (tasking.Commitments.Count > 1)
            yield return $"{Number(tasking, index)}{commitment.Title}{(commitment.Ongoing ? Wording.Of(" (ongoing)") : string.Empty)}";
        if (commitment.Progress.Count == 0)
            yield return Wording.Of("No progress recorded");
        foreach (var note in commitment.Progress)
            yield return $"{Labels.Of(note.Date)}: {note.Narrative}{(note.Reference.Length > 0 ? $" [{note.Reference}]" : string.Empty)}";
    }

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
