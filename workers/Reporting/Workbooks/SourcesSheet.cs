using ClosedXML.Excel;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of documents cited, and below them what the record does not know.</summary>
internal static class SourcesSheet
{
    private static readonly Column<SourceRow>[] Columns =
    [
        new("Document", 12, s => Cell.Of(s.ShortName == s.Title ? string.Empty : s.ShortName, "–")) { Strong = true },
        new("Title", 40, s => Cell.Of(s.Title, "–")),
        new("Kind", 14, s => Cell.Of(s.Kind == DocumentKind.Other ? s.KindAsWritten : Labels.Of(s.Kind))),
        new("Date", 12, s => Cell.Of(s.Date, "None stated")),
        new("Meeting", 32, s => Cell.Of(s.Meeting, "–")),
        new("Link", 30, s => Cell.Linked(s.Link, "Not known")) { Grows = true },
        new("SHA-256 of the copy", 38, s => Cell.Of(s.Sha256, "No copy seen")),
        new("Rows citing it", 10, s => Cell.Of(s.CitingRows)) { Centered = true },
    ];

    public static void Write(IXLWorksheet sheet, ProgressReport report)
    {
        var row = TableSheet.Write(sheet, report, Columns, report.Sources, "No row of this report cites a document.") + 1;
        if (report.Unknowns.Count == 0)
            return;

        Line(sheet, row, "What the record does not know", Theme.DefaultSize, bold: true);
        sheet.Cell(row, 1).Style.Font.FontColor = Theme.Navy;
        foreach (var unknown in report.Unknowns)
            Line(sheet, ++row, CellText.Clean(unknown), Theme.BodySize, bold: false);
    }

    private static void Line(IXLWorksheet sheet, int row, string text, double size, bool bold)
    {
        sheet.Cell(row, 1).SetValue(text);
        var range = sheet.Range(row, 1, row, Columns.Length).Merge();
        range.Style.Font.FontSize = size;
        range.Style.Font.Bold = bold;
        range.Style.Font.FontColor = Theme.Ink;
        range.Style.Alignment.WrapText = true;
        range.Style.Alignment.Vertical = XLAlignmentVerticalValues.Top;
        sheet.Row(row).Height = Math.Min(Theme.MaxRowHeight, 6 + TextMeasure.Height(text, Columns.Sum(c => c.Width), size, bold));
    }
}
