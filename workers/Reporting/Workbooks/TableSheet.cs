using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>
/// Writes a table: headings in the first row, frozen and filtered, a row for each thing, ready to
/// print. Every sheet but the summary is one of these.
/// </summary>
internal static class TableSheet
{
    private const double MaxWidth = 120;
    private const double Padding = 6;

    /// <summary>Writes the table; an empty one says so in one sentence.</summary>
    /// <returns>The number of the first row below the table.</returns>
    public static int Write<TRow>(
        IXLWorksheet sheet, ProgressReport report, IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows, string emptySentence)
    {
        var cells = rows.Select(row => columns.Select(c => c.Value(row)).ToArray()).ToList();
        var widths = WidthsFor(columns, cells);
        sheet.ShowGridLines = false;
        for (var c = 0; c < columns.Count; c++)
            sheet.Column(c + 1).Width = widths[c];
        WriteHeader(sheet, columns, widths);
        if (rows.Count == 0)
            WriteEmpty(sheet, columns.Count, emptySentence, widths.Sum());
        else
            WriteRows(sheet, columns, cells, widths);
        sheet.SheetView.Freeze(1, 1);
        Page.SetUp(sheet, report);
        sheet.PageSetup.SetRowsToRepeatAtTop(1, 1);
        return Math.Max(rows.Count, 1) + 2;
    }

    // No row can be higher than the highest row that programs show: a column whose text would be
    // cut off there gets wider instead.
    private static double[] WidthsFor<TRow>(IReadOnlyList<Column<TRow>> columns, List<Cell[]> cells)
    {
        var widths = columns.Select(c => c.Width).ToArray();
        for (var c = 0; c < columns.Count; c++)
        {
            if (!columns[c].Grows)
                continue;
            foreach (var row in cells)
            {
                while (widths[c] < MaxWidth && HeightOf(columns[c], row[c], widths[c]) > Theme.MaxRowHeight)
                    widths[c] = Math.Min(widths[c] * 1.2, MaxWidth);
            }
        }
        return widths;
    }

    private static void WriteHeader<TRow>(IXLWorksheet sheet, IReadOnlyList<Column<TRow>> columns, double[] widths)
    {
        for (var c = 0; c < columns.Count; c++)
            sheet.Cell(1, c + 1).SetValue(CellText.Clean(columns[c].Header));
        var style = sheet.Range(1, 1, 1, columns.Count).Style;
        style.Fill.BackgroundColor = Theme.Navy;
        style.Font.FontColor = Theme.White;
        style.Font.FontSize = Theme.BodySize;
        style.Font.Bold = true;
        style.Alignment.WrapText = true;
        style.Alignment.Vertical = XLAlignmentVerticalValues.Center;
        style.Border.InsideBorder = XLBorderStyleValues.Thin;
        style.Border.InsideBorderColor = Theme.Slate;
        // The filter's button takes two characters of the heading's room.
        sheet.Row(1).Height = Padding + 4 + Enumerable.Range(0, columns.Count)
            .Max(c => TextMeasure.Height(columns[c].Header, Math.Max(widths[c] - 2.5, 3), Theme.BodySize, bold: true));
        for (var c = 0; c < columns.Count; c++)
        {
            if (columns[c].Centered)
                sheet.Cell(1, c + 1).Style.Alignment.Horizontal = XLAlignmentHorizontalValues.Center;
        }
    }

    private static void WriteEmpty(IXLWorksheet sheet, int columns, string sentence, double width)
    {
        sheet.Cell(2, 1).SetValue(sentence);
        var range = sheet.Range(2, 1, 2, columns).Merge();
        range.Style.Font.FontSize = Theme.DefaultSize;
        range.Style.Font.Italic = true;
        range.Style.Font.FontColor = Theme.Grey;
        range.Style.Alignment.WrapText = true;
        range.Style.Alignment.Vertical = XLAlignmentVerticalValues.Center;
        sheet.Row(2).Height = 14 + TextMeasure.Height(sentence, width, Theme.DefaultSize);
    }

    private static void WriteRows<TRow>(IXLWorksheet sheet, IReadOnlyList<Column<TRow>> columns, List<Cell[]> cells, double[] widths)
    {
        var all = sheet.Range(2, 1, cells.Count + 1, columns.Count).Style;
        all.Font.FontSize = Theme.BodySize;
        all.Font.FontColor = Theme.Ink;
        all.Alignment.Vertical = XLAlignmentVerticalValues.Top;
        all.Alignment.WrapText = true;
        all.Border.InsideBorder = XLBorderStyleValues.Thin;
        all.Border.InsideBorderColor = Theme.Line;
        all.Border.OutsideBorder = XLBorderStyleValues.Thin;
        all.Border.OutsideBorderColor = Theme.Line;
        for (var c = 0; c < columns.Count; c++)
        {
            var style = sheet.Range(2, c + 1, cells.Count + 1, c + 1).Style;
            style.Font.Bold = columns[c].Strong;
            style.Alignment.Horizontal = columns[c].Centered ? XLAlignmentHorizontalValues.Center : XLAlignmentHorizontalValues.Left;
        }
        for (var r = 0; r < cells.Count; r++)
        {
            var height = TextMeasure.LineHeight(Theme.BodySize);
            for (var c = 0; c < columns.Count; c++)
            {
                Put(sheet.Cell(r + 2, c + 1), cells[r][c]);
                height = Math.Max(height, HeightOf(columns[c], cells[r][c], widths[c]));
            }
            sheet.Row(r + 2).Height = Math.Min(height, Theme.MaxRowHeight);
        }
        sheet.Range(1, 1, cells.Count + 1, columns.Count).SetAutoFilter();
    }

    private static double HeightOf<TRow>(Column<TRow> column, Cell cell, double width) =>
        TextMeasure.Height(cell.Shown, width, Theme.BodySize, column.Strong) + Padding;

    /// <summary>Writes a value as what it is: a text is never read as a formula, a date is a date.</summary>
    public static void Put(IXLCell target, Cell cell)
    {
        if (cell.IsRealDate)
        {
            target.SetValue(cell.Date!.Value.ToDateTime(TimeOnly.MinValue));
            target.Style.DateFormat.Format = Theme.DateFormat;
        }
        else if (cell.Number is { } number)
        {
            target.SetValue(number);
        }
        else if (cell.Shown.Length > 0)
        {
            target.SetValue(cell.Shown);
            // Still a text for who edits the cell.
            target.Style.IncludeQuotePrefix = cell.Shown[0] is '=' or '+' or '-' or '@';
        }
        if (cell.Link is { } link)
            target.Hyperlink = new XLHyperlink(link);
        if (cell.Link is not null)
        {
            target.Style.Font.FontColor = Theme.Navy;
            target.Style.Font.Underline = XLFontUnderlineValues.Single;
            target.Style.Font.FontSize = Theme.BodySize;
            target.Style.Font.FontName = Theme.Font;
        }
        if (cell.CellStyle == CellStyle.Silent)
        {
            target.Style.Font.FontColor = Theme.Grey;
            target.Style.Font.Italic = true;
            target.Style.Font.Bold = false;
        }
        if (Theme.Tint(cell.CellStyle) is { } tint)
            target.Style.Fill.BackgroundColor = tint;
    }
}
