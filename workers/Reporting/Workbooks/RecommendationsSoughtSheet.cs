using ClosedXML.Excel;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of recommendations made since the base conference.</summary>
internal static class RecommendationsSoughtSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            WorkbookContext.Reference<RecommendationRow>(15),
            new("Recommendation", 23, r => Cell.Of(r.Title)) { Strong = true },
            new("Summary", 48, r => Cell.Of(EarlierRecommendationsSheet.Summary(r))),
            new("Made by", 15, r => Cell.Of(r.MadeBy, "–")),
            new("Made on", 11, r => Cell.Of(r.Date, "–")),
            new("Addressed to", 19, r => Cell.Of(r.AddressedTo, "–")),
            new("Decision sought", 21, Sought),
            context.Source<RecommendationRow>(),
        ], context.Report.RecommendationsSought,
            Wording.Format($"The record holds no recommendation made to Ministers since {context.Report.BaseLabel}."));

    /// <summary>
    /// What Ministers have said of a recommendation. A conference that has met since and is silent leaves it open, and the
    /// reader has to know.
    /// </summary>
    public static Cell Sought(RecommendationRow row) =>
        row.Response != ResponseStatus.Unspecified
            ? Cell.Of($"{Labels.Of(row.Response)}, {row.RespondedIn}", Status.Response(row.Response).CellStyle)
            : row.NextConference.Length > 0
                ? Cell.Of(Wording.Format($"{row.NextConference} has met since: no recorded response"), CellStyle.Attention)
            : Cell.Of(Wording.Of("Ministers have yet to speak"), CellStyle.Underway);
}
