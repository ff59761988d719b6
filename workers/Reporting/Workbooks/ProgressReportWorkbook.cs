using ClosedXML.Excel;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Platform.Reporting.Reports;
using SheetNames = Platform.Reporting.Reports.SheetNames;

namespace Platform.Reporting.Workbooks;

/// <summary>
/// Writes a progress report as the Excel workbook that Ministers are handed, ready to read and to print. The same report
/// gives the same file, byte for byte.
/// </summary>
public static class ProgressReportWorkbook
{
    private const int SampleRow = 2;

    /// <summary>Writes the workbook.</summary>
    /// <param name="report">The content.</param>
    /// <param name="cancel">Cancels the writing, between two sheets.</param>
    /// <returns>The file, <c>.xlsx</c>.</returns>
    public static byte[] Write(ProgressReport report, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var file = new MemoryStream();
        var context = new WorkbookContext(report);
        using (var book = new XLWorkbook())
        {
            book.Style.Font.FontName = Theme.Font;
            book.Style.Font.FontSize = Theme.DefaultSize;
            Describe(book, report);
            // The cover lists the others, and so knows only after them whether a text was too long.
            foreach (var sheet in Sheets.All)
                Add(book, Wording.Of(sheet.Name), sheet.Tab);
            foreach (var sheet in Sheets.All.Skip(1).Append(Sheets.All[0]))
            {
                cancel.ThrowIfCancellationRequested();
                context.Sheet = sheet.Name;
                sheet.Write(book.Worksheet(Wording.Of(sheet.Name)), context);
            }
            if (context.LongTexts.Any)
            {
                context.Sheet = SheetNames.LongTexts;
                context.LongTexts.Write(Add(book, Wording.Of(SheetNames.LongTexts), Theme.Line), context);
            }
            cancel.ThrowIfCancellationRequested();
            WriteSamples(book, context.Tables);
            book.SaveAs(file, validate: false);
        }
        file.Position = 0;
        Dictionary<string, Action<Stream, Stream>> rows;
        using (var document = SpreadsheetDocument.Open(file, isEditable: true))
        {
            // Screen readers choose their voice by it.
            document.PackageProperties.Language = Wording.Now.Tag;
            BarChart.Draw(document, context.Charts);
            WorkbookNormalizer.Tidy(document);
            rows = RowsOf(document, context.Tables, cancel);
        }
        return OfficePackage.Pack(file, rows);
    }

    /// <summary>The same workbook with another standing on its cover: nothing else of it is different.</summary>
    /// <param name="workbook">The file.</param>
    /// <param name="standing">What became of the report at meetings, in words.</param>
    public static byte[] WithStanding(byte[] workbook, string standing)
    {
        ArgumentNullException.ThrowIfNull(workbook);
        using var file = new MemoryStream();
        file.Write(workbook);
        using (var document = SpreadsheetDocument.Open(file, isEditable: true))
        {
            var book = document.WorkbookPart!;
            // 'Cover'!$C$8:$C$8, with the name of the sheet in the language of the report.
            var name = book.Workbook.DefinedNames!.Elements<DefinedName>().Single(n => n.Name == CoverSheet.StandingName).Text;
            var place = name[(name.LastIndexOf('!') + 1)..].Split(':')[0].Replace("$", "", StringComparison.Ordinal);
            var sheet = name[..name.LastIndexOf('!')].Trim('\'').Replace("''", "'", StringComparison.Ordinal);
            var cell = ((WorksheetPart)book.GetPartById(book.Workbook.Descendants<DocumentFormat.OpenXml.Spreadsheet.Sheet>()
                .Single(s => s.Name == sheet).Id!)).Worksheet.Descendants<DocumentFormat.OpenXml.Spreadsheet.Cell>()
                .Single(c => c.CellReference == place);
            cell.RemoveAllChildren();
            cell.DataType = CellValues.InlineString;
            cell.AppendChild(new InlineString(new Text(CellText.Clean(standing)) { Space = SpaceProcessingModeValues.Preserve }));
        }
        return OfficePackage.Pack(file);
    }

    // A cell of each format that the rows have, below the heading of one of the tables, so that ClosedXML numbers the formats.
    private static void WriteSamples(XLWorkbook book, List<TableRows> tables)
    {
        var column = 0;
        foreach (var format in FormatsOf(tables))
            format.Apply(book.Worksheet(tables[0].Sheet).Cell(SampleRow, ++column).Style);
    }

    // What writes each table's sheet with its rows.
    private static Dictionary<string, Action<Stream, Stream>> RowsOf(SpreadsheetDocument document, List<TableRows> tables,
        CancellationToken cancel)
    {
        var book = document.WorkbookPart!;
        var parts = book.Workbook.Descendants<DocumentFormat.OpenXml.Spreadsheet.Sheet>()
            .ToDictionary(s => s.Name!.Value!, s => (WorksheetPart)book.GetPartById(s.Id!));
        Dictionary<CellFormat, string> styles = tables.Count == 0 ? [] : parts[tables[0].Sheet].Worksheet.Descendants<Row>()
            .Single(r => r.RowIndex! == SampleRow).Elements<DocumentFormat.OpenXml.Spreadsheet.Cell>().Zip(FormatsOf(tables))
            .ToDictionary(sample => sample.Second, sample => sample.First.StyleIndex!.InnerText!);
        foreach (var table in tables)
        {
            var definition = parts[table.Sheet].TableDefinitionParts.Single().Table;
            definition.Reference = definition.AutoFilter!.Reference = table.Range;
            foreach (var (address, id) in table.Links)
                parts[table.Sheet].AddHyperlinkRelationship(address, isExternal: true, id);
        }
        return tables.ToDictionary(table => parts[table.Sheet].Uri.OriginalString.TrimStart('/'),
            Action<Stream, Stream> (table) => (saved, target) => table.Write(saved, target, styles, cancel));
    }

    // Always in the same order: their numbers are part of the file.
    private static List<CellFormat> FormatsOf(List<TableRows> tables) => [.. tables.SelectMany(t => t.Formats).Distinct().Order()];

    private static IXLWorksheet Add(XLWorkbook book, string name, XLColor tab)
    {
        var sheet = book.AddWorksheet(name);
        sheet.TabColor = tab;
        return sheet;
    }

    private static void Describe(XLWorkbook book, ProgressReport report)
    {
        book.Properties.Title = CellText.Clean(report.Title);
        book.Properties.Subject = Wording.Format(
            $"As of {Labels.Of(report.AsOf)}, as known at {report.KnownAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        book.Properties.Author = "Platform.Reporting";
        book.Properties.LastModifiedBy = "Platform.Reporting";
        book.Properties.Created = report.KnownAt.UtcDateTime;
        book.Properties.Modified = report.KnownAt.UtcDateTime;
    }
}
