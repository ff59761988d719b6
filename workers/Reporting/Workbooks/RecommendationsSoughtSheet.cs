using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of recommendations on which Ministers have still to speak.</summary>
internal static class RecommendationsSoughtSheet
{
    public static void Write(IXLWorksheet sheet, ProgressReport report)
    {
        var attached = report.RecommendationsSought.Any(r => r.OfficialText.Length > 0);
        TableSheet.Write(sheet, report,
        [
            new("Reference", 14, r => Cell.Of(r.Reference)) { Strong = true },
            new("Recommendation", 28, r => Cell.Of(r.Title)) { Strong = true },
            new("Summary", 42, r => Cell.Of(r.Summary)) { Grows = true },
            new("Official text", attached ? 42 : 10, r => Cell.Of(r.OfficialText, Labels.TextNotAttached)) { Grows = true },
            new("Made by", 14, r => Cell.Of(r.MadeBy, "–")),
            new("Made on", 11, r => Cell.Of(r.Date, "–")),
            new("Addressed to", 20, r => Cell.Of(r.AddressedTo, "–")),
            new("Conditions", 15, r => Cell.Of(r.Conditions, "–")) { Grows = true },
            new("How it came about", 34, r => Cell.Of(r.Story, "No links recorded")) { Grows = true },
        ], report.RecommendationsSought, $"The record holds no recommendation made to Ministers since {report.BaseLabel}.");
    }
}
