using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of recommendations made to the base conference, with the response.</summary>
internal static class EarlierRecommendationsSheet
{
    public static void Write(IXLWorksheet sheet, ProgressReport report)
    {
        var attached = report.EarlierRecommendations.Any(r => r.OfficialText.Length > 0);
        TableSheet.Write(sheet, report,
        [
            new("Reference", 17, r => Cell.Of(r.Reference)) { Strong = true },
            new("Recommendation", 22, r => Cell.Of(r.Title)) { Strong = true },
            new("Summary", 32, r => Cell.Of(r.Summary)) { Grows = true },
            new("Official text", attached ? 36 : 10, r => Cell.Of(r.OfficialText, Labels.TextNotAttached)) { Grows = true },
            new("Made by", 12, r => Cell.Of(r.MadeBy, "–")),
            new("Made on", 11, r => Cell.Of(r.Date, "–")),
            new("Addressed to", 17, r => Cell.Of(r.AddressedTo, "–")),
            new("Conditions", 12, r => Cell.Of(r.Conditions, "–")) { Grows = true },
            new("Response", 14, r => Status.Response(r.Response)),
            new("Response stands in", 13, r => Cell.Of(r.RespondedIn, "–")),
            new("Response on", 11, r => Cell.Of(r.RespondedOn, "–")),
            new("What differs or is open", 24, r => Cell.Of(r.Note, "–")) { Grows = true },
            new("How it came about and what followed", 30, r => Cell.Of(r.Story, "No links recorded")) { Grows = true },
        ], report.EarlierRecommendations, $"The record holds no recommendation made to Ministers for {report.BaseLabel}.");
    }
}
