using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of money, help in kind and secondments.</summary>
internal static class ContributionsSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            new("Participant", 22, c => Cell.Of(c.Participant)) { Strong = true },
            new("Kind", 17, c => Cell.Of(c.Kind)),
            new("To", 22, c => Cell.Of(c.Body, "–")),
            new("Amount as written", 17, c => Cell.Of(c.AmountAsWritten, "–")),
            new("Amount", 14, c => Cell.Of(c.Amount, "–")),
            new("What for", 32, c => Cell.Of(c.Summary, "–")),
            new("When", 14, c => Cell.Of(c.When, "–")),
            WorkbookContext.Reference<ContributionRow>(14),
            context.Source<ContributionRow>(),
        ], context.Report.Contributions,
            Wording.Format($"The record holds no contribution and no secondment of the time since {context.Report.BaseLabel}."));
}
