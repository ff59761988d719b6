using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of the bodies of the process.</summary>
internal static class BodiesSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            new("Body", 24, b => Cell.Of(b.Name)) { Strong = true },
            new("Mandate", 34, b => Cell.Of(b.Mandate, "Not recorded")),
            new("Chairs, managers and leads", 28, b => Cell.Of(b.Leads, "Nobody named")),
            new(Wording.Format($"Met since {context.Report.BaseLabel}"), 25, b => Cell.Of(b.Held, "No meeting recorded"))
            {
                IsHeaderOfRecord = true,
            },
            new("Plans to meet", 17, b => Cell.Of(b.Planned, "Nothing planned")),
            new("Answers for", 12, b => Cell.Of(b.AnswersFor, "–")),
            WorkbookContext.Reference<BodyRow>(12),
            context.Source<BodyRow>(),
        ], context.Report.Bodies, Wording.Of("The record holds no body."));
}
