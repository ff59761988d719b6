using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of recommendations made to the base conference, with the response.</summary>
internal static class EarlierRecommendationsSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            WorkbookContext.Reference<RecommendationRow>(14),
            new("Recommendation", 19, r => Cell.Of(r.Title)) { Strong = true },
            new("Summary", 34, r => Cell.Of(Summary(r))),
            new("Made by", 11, r => Cell.Of(r.MadeBy, "–")),
            new("Made on", 10.5, r => Cell.Of(r.Date, "–")),
            new("Addressed to", 14, r => Cell.Of(r.AddressedTo, "–")),
            new("Response", 13, r => Status.Response(r.Response)),
            new("Response stands in", 13, r => Cell.Of(
                r.RespondedOn is { } day ? ReportContext.Lines([r.RespondedIn, Labels.Of(day)]) : r.RespondedIn, "–")),
            new("What differs or is open", 23.5, r => Cell.Of(r.Note, "–")),
            context.Source<RecommendationRow>(),
        ], context.Report.EarlierRecommendations,
            Wording.Format($"The record holds no recommendation made to Ministers for {context.Report.BaseLabel}."));

    /// <summary>The summary with the official text and the conditions below it, on both sheets of recommendations.</summary>
    public static string Summary(RecommendationRow row) => ReportContext.Lines(
    [
        row.Summary,
        ReportContext.Detail("Official text", row.OfficialText),
        ReportContext.Detail("Condition", row.Conditions),
    ]);
}
