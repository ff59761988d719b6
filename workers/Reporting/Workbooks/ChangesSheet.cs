using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of what is different from the report before for the same conference.</summary>
internal static class ChangesSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            new("What", 31, c => Cell.Of(c.Title)) { Strong = true },
            new("Sheet", 20, c => Cell.Of(Wording.Of(c.Sheet)) with { Place = Cell.PlaceOf(c.Sheet, 1) }),
            new("Change", 12, c => Nature(c.Nature)),
            new("Why it differs", 18, c => Cause(c.Cause)),
            new("Before → now", 56, c => Cell.Of(ReportContext.Lines(c.Fields.Select(f => f.Text)), "–")),
            WorkbookContext.Reference<ChangeRow>(14),
            context.Source<ChangeRow>(),
        ], context.Report.Changes, context.Report.Previous.Length == 0
            ? Wording.Of("There is no earlier report for the same conference with which this one could be compared.")
            : Wording.Format($"Nothing is different from {context.Report.Previous}."));

    private static Cell Nature(ChangeNature nature) => nature switch
    {
        ChangeNature.New => Cell.Of(Wording.Of("New"), CellStyle.Underway),
        ChangeNature.Closed => Cell.Of(Wording.Of("Closed"), CellStyle.Settled),
        ChangeNature.Gone => Cell.Of(Wording.Of("No longer shown")),
        _ => Cell.Of(Wording.Of("Changed")),
    };

    private static Cell Cause(ChangeCause cause) => cause switch
    {
        ChangeCause.Recorded => Cell.Of(Wording.Of("Recorded or corrected since")),
        ChangeCause.RecordedAfterEndorsement => Cell.Of(Wording.Of("Recorded or corrected after the endorsement"), CellStyle.Attention),
        _ => Cell.Of(Wording.Of("Came about since")),
    };
}
