using ClosedXML.Excel;

namespace Platform.Reporting.Workbooks;

/// <summary>
/// Writes an Excel table: headings in the first row, frozen, filtered and repeated on paper, a row for each thing, nothing
/// merged. Every sheet but the cover and the summary is one of these.
/// </summary>
internal static class TableSheet
{
    private const double Padding = 6;

    /// <summary>Writes the table; an empty one says why it is empty.</summary>
    /// <param name="sheet">The sheet.</param>
    /// <param name="context">The workbook.</param>
    /// <param name="columns">Its columns, together no wider than <see cref="Page.MaxWidth"/> unless it is <paramref name="paged"/>.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="emptySentence">Why there is no row.</param>
    /// <param name="paged">A table with a column for each of many things: the first column is repeated on every page.</param>
    public static void Write<TRow>(IXLWorksheet sheet, WorkbookContext context, IReadOnlyList<Column<TRow>> columns,
        IReadOnlyList<TRow> rows, string emptySentence, bool paged = false)
    {
        sheet.ShowGridLines = false;
        for (var c = 0; c < columns.Count; c++)
            sheet.Column(c + 1).Width = columns[c].Width;
        WriteHeader(sheet, columns);
        if (rows.Count == 0)
            WriteEmpty(sheet, emptySentence);
        else
            WriteRows(sheet, context.LongTexts, columns, rows);
        sheet.SheetView.Freeze(1, 1);
        if (paged)
            Page.SetUpWide(sheet, context.Report, [.. columns.Select(c => c.Width)]);
        else
            Page.SetUp(sheet, context.Report);
        sheet.PageSetup.SetRowsToRepeatAtTop(1, 1);
    }

    private static void WriteHeader<TRow>(IXLWorksheet sheet, IReadOnlyList<Column<TRow>> columns)
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
            .Max(c => TextMeasure.Height(columns[c].Header, Math.Max(columns[c].Width - 2.5, 3), Theme.BodySize, bold: true));
        for (var c = 0; c < columns.Count; c++)
        {
            if (columns[c].Centered)
                sheet.Cell(1, c + 1).Style.Alignment.Horizontal = XLAlignmentHorizontalValues.Center;
        }
    }

    // In one cell: it flows over its empty neighbours.
    private static void WriteEmpty(IXLWorksheet sheet, string sentence)
    {
        var cell = sheet.Cell(2, 1);
        cell.SetValue(sentence);
        cell.Style.Font.FontSize = Theme.DefaultSize;
        cell.Style.Font.Italic = true;
        cell.Style.Font.FontColor = Theme.Grey;
        cell.Style.Alignment.Vertical = XLAlignmentVerticalValues.Center;
        sheet.Row(2).Height = 28;
    }

    private static void WriteRows<TRow>(
        IXLWorksheet sheet, LongTexts longTexts, IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows)
    {
        var all = sheet.Range(2, 1, rows.Count + 1, columns.Count).Style;
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
            var style = sheet.Range(2, c + 1, rows.Count + 1, c + 1).Style;
            style.Font.Bold = columns[c].Strong;
            style.Alignment.Horizontal = columns[c].Centered ? XLAlignmentHorizontalValues.Center : XLAlignmentHorizontalValues.Left;
        }
        for (var r = 0; r < rows.Count; r++)
        {
            var lines = 1;
            var first = string.Empty;
            for (var c = 0; c < columns.Count; c++)
            {
                var column = columns[c];
                var cell = column.Value(rows[r]);
                // No gaps: who hears the table read aloud hears that there is nothing.
                if (cell.Shown.Length == 0)
                    cell = Cell.Of("–", CellStyle.Silent);
                if (c == 0)
                    first = cell.Shown;
                var needed = TextMeasure.Lines(cell.Shown, column.Width, Theme.BodySize, column.Strong);
                if (needed > LongTexts.MaxLines)
                {
                    cell = longTexts.Shorten(cell, column.Width, column.Strong, sheet.Name, first, column.Header);
                    needed = TextMeasure.Lines(cell.Shown, column.Width, Theme.BodySize, column.Strong);
                }
                Put(sheet.Cell(r + 2, c + 1), cell);
                lines = Math.Max(lines, needed);
            }
            sheet.Row(r + 2).Height = Math.Min((lines * TextMeasure.LineHeight(Theme.BodySize)) + Padding, Theme.MaxRowHeight);
        }
        // A table by the sheet's name, with our own letters and lines.
        var table = sheet.Range(1, 1, rows.Count + 1, columns.Count).CreateTable(NameOf(sheet.Name));
        table.Theme = XLTableTheme.None;
    }

    /// <summary>The name of a sheet's table, for formulas and filters: <c>tblEarlierRecommendations</c>.</summary>
    internal static string NameOf(string sheet) =>
        "tbl" + string.Concat(sheet.Split(' ').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

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
        else if (cell.Place is { } place)
            target.Hyperlink = new XLHyperlink(place);
        if (cell.Link is not null || cell.Place is not null)
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
