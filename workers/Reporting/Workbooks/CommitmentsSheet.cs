using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of the commitments followed.</summary>
internal static class CommitmentsSheet
{
    public static void Write(IXLWorksheet sheet, ProgressReport report)
    {
        var attached = report.Commitments.Any(c => c.OfficialText.Length > 0);
        TableSheet.Write(sheet, report,
        [
            new("Reference", 17, c => Cell.Of(c.Reference)) { Strong = true },
            new("Commitment", 19, c => Cell.Of(c.Title)) { Strong = true },
            new("Summary", 26, c => Cell.Of(c.Summary)) { Grows = true },
            new("Official text", attached ? 30 : 10, c => Cell.Of(c.OfficialText, Labels.TextNotAttached)) { Grows = true },
            new("Kind", 11, c => Cell.Of(c.Ongoing ? $"{Labels.Of(c.Kind)}, ongoing" : Labels.Of(c.Kind))),
            new("Responsible", 16, c => Cell.Of(Responsible(c), "Nobody named")),
            new("Reaffirmed in", 11, c => Cell.Of(c.ReaffirmedIn, "–")),
            new("Advances", 14, c => Cell.Of(c.Advances, "–")) { Grows = true },
            new("Conditions", 11, c => Cell.Of(c.Conditions, "–")) { Grows = true },
            new("Deadline as written", 10, c => Cell.Of(c.Status.DeadlineAsWritten, "None stated")),
            new("Due", 11, c => Cell.Of(c.Status.Due, "–")),
            new("Self-reported", 13, c => Status.SelfReported(c.Status.SelfReported)),
            new("Shown by a document", 13, c => Status.ShownByDocument(c.Status.ShownByDocument)),
            new("Assessed", 12, c => Status.Assessed(c.Status.Assessed)),
            new("Closure", 12, c => Status.Closure(c.Status)),
            new("Timeliness", 11, c => Status.Of(c.Status.Timeliness)),
            new("Latest progress", 34, c => Cell.Of(Progress(c), "No progress recorded")) { Grows = true },
            new("Progress on", 11, c => Cell.Of(c.LatestProgress?.Date, "–")),
            new("Progress stands in", 16, c => Cell.Of(c.LatestProgress?.Reference ?? string.Empty, "–")) { Grows = true },
        ], report.Commitments, $"The record holds no commitment that was open at {report.BaseLabel} or made since.");
    }

    private static string Responsible(CommitmentRow commitment) => ReportContext.Lines(
    [
        commitment.Lead,
        commitment.Supporting.Length > 0 ? $"Supporting: {commitment.Supporting}" : string.Empty,
        commitment.Status.ReportedBy.Length > 0 ? $"Each member for itself: {commitment.Status.ReportedBy}" : string.Empty,
    ]);

    private static string Progress(CommitmentRow commitment) => commitment.LatestProgress switch
    {
        null => string.Empty,
        { ReportedFor.Length: > 0 } progress => $"{progress.Narrative}\nReported for: {progress.ReportedFor}",
        var progress => progress.Narrative,
    };
}
