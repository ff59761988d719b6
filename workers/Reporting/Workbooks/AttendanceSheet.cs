using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of who attended the conferences and senior officials' meetings.</summary>
internal static class AttendanceSheet
{
    public static void Write(IXLWorksheet sheet, ProgressReport report)
    {
        var columns = new List<Column<AttendanceRow>> { new("Participant", 34, r => Cell.Of(r.Participant)) { Strong = true } };
        columns.AddRange(report.Attendance.Columns.Select((meeting, i) =>
            new Column<AttendanceRow>($"{meeting.Label}\n{meeting.Dates}", 14, r => Of(r.Cells[i])) { Centered = true }));
        columns.Add(new("Reference", 40, r => Cell.Of(r.Reference, "–")));
        TableSheet.Write(sheet, report, columns, report.Attendance.Rows, "The record holds no participant.");
    }

    // Capacities have one tint: none is worth more than another.
    private static Cell Of(string attendance) =>
        Cell.Of(attendance, attendance is Labels.Unknown or Labels.NotListed ? CellStyle.Silent : CellStyle.Underway);
}
