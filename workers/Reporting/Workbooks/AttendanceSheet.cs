using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of who attended the conferences and senior officials' meetings: as many pages wide as it takes.</summary>
internal static class AttendanceSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context)
    {
        var matrix = context.Report.Attendance;
        var headers = Distinct([.. matrix.Columns.Select(c => $"{c.Label}, {c.Dates}")]);
        TableSheet.Write(sheet, context,
        [
            new("Participant", 30, r => Cell.Of(r.Participant)) { Strong = true },
            .. headers.Select((header, i) => new Column<AttendanceRow>(header, 13, r => Of(r.Cells[i]))
            {
                Centered = true,
                IsHeaderOfRecord = true,
            }),
            WorkbookContext.Reference<AttendanceRow>(39),
            context.Source<AttendanceRow>(),
        ], matrix.Rows, Wording.Of("The record holds no participant."), paged: true);
    }

    // A table tells its columns apart by their headings.
    private static List<string> Distinct(List<string> headers)
    {
        var seen = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        return headers.ConvertAll(header =>
        {
            var times = seen[header] = seen.GetValueOrDefault(header) + 1;
            return times == 1 ? header : $"{header} ({times})";
        });
    }

    // Capacities have one tint: none is worth more than another.
    private static Cell Of(string attendance) =>
        attendance is Labels.Unknown or Labels.NotListed ? Cell.Of(Wording.Of(attendance), CellStyle.Silent)
            : Cell.Of(attendance, CellStyle.Underway);
}
