using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The register of the commitments followed.</summary>
internal static class CommitmentsSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            WorkbookContext.Reference<CommitmentRow>(13),
            new("Commitment", 18, c => Cell.Of($"{c.Title}\n{Kind(c)}")) { Strong = true },
            new("Summary", 25, c => Cell.Of(Summary(c))),
            new("Responsible", 13.5, c => Cell.Of(Responsible(c), "Nobody named")),
            new("Due", 10.5, c => Cell.Of(c.Status.Due, "–")),
            new("Self-reported", 11, c => Status.SelfReported(c.Status.SelfReported)),
            new("Shown by a document", 11, c => Status.ShownByDocument(c.Status.ShownByDocument)),
            new("Assessed", 11, c => Status.Assessed(c.Status.Assessed)),
            new("Closure and timeliness", 13, c => Status.ClosureAndTimeliness(c.Status)),
            new("Latest progress", 26, c => Cell.Of(Progress(c), "No progress recorded")),
            context.Source<CommitmentRow>(),
        ], context.Report.Commitments,
            Wording.Format($"The record holds no commitment that was open at {context.Report.BaseLabel} or made since."));

    private static string Kind(CommitmentRow commitment) =>
        commitment.Ongoing ? Wording.Format($"({Labels.Of(commitment.Kind)}, ongoing)") : $"({Labels.Of(commitment.Kind)})";

    private static string Summary(CommitmentRow commitment) => ReportContext.Lines(
    [
        commitment.Summary,
        ReportContext.Detail("Official text", commitment.OfficialText),
        ReportContext.Detail("Condition", commitment.Conditions),
        ReportContext.Detail("Deadline as written", commitment.Status.DeadlineAsWritten),
        ReportContext.Detail("Reaffirmed in", commitment.ReaffirmedIn),
        ReportContext.Detail("Advances", commitment.Advances),
    ]);

    private static string Responsible(CommitmentRow commitment) => ReportContext.Lines(
    [
        commitment.Lead,
        ReportContext.Detail("Supporting", commitment.Supporting),
        ReportContext.Detail("Each member for itself", commitment.Status.ReportedBy),
    ]);

    private static string Progress(CommitmentRow commitment) => commitment.LatestProgress is not { } progress ? string.Empty
        : ReportContext.Lines(
        [
            $"{Labels.Of(progress.Date)}: {progress.Narrative}{(progress.Reference.Length > 0 ? $" [{progress.Reference}]" : "")}",
            ReportContext.Detail("Reported for", progress.ReportedFor),
        ]);
}
