using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of what an officer has to look at before the report is handed over.</summary>
internal static class AttentionSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            new("Why", 19, a => Cell.Of(Labels.Of(a.Reason), a.Reason is AttentionReason.Overdue or AttentionReason.DueSoon
                or AttentionReason.SourcesDiffer ? CellStyle.Attention : CellStyle.Plain)) { Strong = true },
            new("What", 42, a => Cell.Of(a.Title)),
            new("Detail", 55, a => Cell.Of(a.Detail)),
            new("Sheet", 20, a => Cell.Of(Wording.Of(a.Sheet)) with { Place = Cell.PlaceOf(a.Sheet, 1) }),
            WorkbookContext.Reference<AttentionRow>(16),
            context.Source<AttentionRow>(),
        ], context.Report.Attention, Wording.Of("Nothing in this report calls for attention."));
}
