using ClosedXML.Excel;

namespace Platform.Reporting.Workbooks;

/// <summary>
/// Writes an Excel table: headings in the first row, frozen, filtered and repeated on paper, a row for each thing, nothing
/// merged. Every sheet but the cover and the summary is one of these.
/// </summary>
internal static class TableSheet
{
    /// <summary>Between the texts of a row and its edges, in points.</summary>
    public const double Padding = 6;

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
        columns = [.. columns.Select(c => c.IsHeaderOfRecord ? c : c with { Header = Wording.Of(c.Header) })];
        sheet.ShowGridLines = false;
        for (var c = 0; c < columns.Count; c++)
            sheet.Column(c + 1).Width = columns[c].Width;
        WriteHeader(sheet, columns);
        if (rows.Count == 0)
            WriteEmpty(sheet, CellText.Clean(emptySentence));
        else
            AddRows(sheet, context, columns, rows);
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

    // A table by the sheet's name, with our own letters and lines. The rows come when the workbook is saved.
    private static void AddRows<TRow>(
        IXLWorksheet sheet, WorkbookContext context, IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows)
    {
        context.Tables.Add(new TableRows<TRow>(columns, rows, context.LongTexts, sheet.Name));
        // With one row: ClosedXML keeps an object for every row of a table.
        sheet.Range(1, 1, 2, columns.Count).CreateTable(NameOf(context.Sheet)).Theme = XLTableTheme.None;
    }

    /// <summary>The name of a sheet's table, for formulas and filters: <c>tblEarlierRecommendations</c>.</summary>
    internal static string NameOf(string sheet) =>
        "tbl" + string.Concat(sheet.Split(' ').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>Writes a value as what it is: a text is never read as a formula, a date is a date.</summary>
    public static void Put(IXLCell target, Cell cell)
    {
        if (cell.IsRealDate)
            target.SetValue(cell.Date!.Value.ToDateTime(TimeOnly.MinValue));
        else if (cell.Number is { } number)
            target.SetValue(number);
        else if (cell.Shown.Length > 0)
            target.SetValue(cell.Shown);
        if (cell.Link is { } link)
            target.Hyperlink = new XLHyperlink(link);
        else if (cell.Place is { } place)
            target.Hyperlink = new XLHyperlink(place);
        CellFormat.Of(cell).ApplyMeaning(target.Style);
    }
}
