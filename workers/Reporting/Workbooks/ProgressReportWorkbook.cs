using ClosedXML.Excel;
using DocumentFormat.OpenXml.Packaging;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>
/// Writes a progress report as the Excel workbook that Ministers are handed: nine sheets, ready to
/// read and to print. The same report gives the same file, byte for byte.
/// </summary>
public static class ProgressReportWorkbook
{
    /// <summary>Writes the workbook.</summary>
    /// <param name="report">The content.</param>
    /// <param name="cancel">Ends the writing, between two sheets.</param>
    /// <returns>The file, <c>.xlsx</c>.</returns>
    public static byte[] Write(ProgressReport report, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var file = new MemoryStream();
        ChartPlace chart;
        using (var book = new XLWorkbook())
        {
            book.Style.Font.FontName = Theme.Font;
            book.Style.Font.FontSize = Theme.DefaultSize;
            Describe(book, report);
            chart = SummarySheet.Write(Add(book, SheetNames.Summary, Theme.Navy), report);
            foreach (var sheet in Sheets.All)
            {
                cancel.ThrowIfCancellationRequested();
                sheet.Write(Add(book, sheet.Name, sheet.Tab), report);
            }
            cancel.ThrowIfCancellationRequested();
            book.SaveAs(file, validate: false);
        }
        file.Position = 0;
        using (var document = SpreadsheetDocument.Open(file, isEditable: true))
        {
            SummaryChart.AddTo(document, report, chart);
            WorkbookNormalizer.Tidy(document);
        }
        return WorkbookNormalizer.Pack(file);
    }

    private static IXLWorksheet Add(XLWorkbook book, string name, XLColor tab)
    {
        var sheet = book.AddWorksheet(name);
        sheet.TabColor = tab;
        return sheet;
    }

    private static void Describe(XLWorkbook book, ProgressReport report)
    {
        book.Properties.Title = CellText.Clean(report.Title);
        book.Properties.Subject = $"As of {Labels.Of(report.AsOf)}, as known at {report.KnownAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
        book.Properties.Author = "Platform.Reporting";
        book.Properties.LastModifiedBy = "Platform.Reporting";
        book.Properties.Created = report.KnownAt.UtcDateTime;
        book.Properties.Modified = report.KnownAt.UtcDateTime;
    }
}
