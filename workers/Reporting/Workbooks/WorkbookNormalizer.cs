using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Platform.Reporting.Workbooks;

/// <summary>Puts right what ClosedXML leaves: the default font and the order of columns.</summary>
internal static class WorkbookNormalizer
{
    /// <summary>Tidies the parts of an open workbook.</summary>
    public static void Tidy(SpreadsheetDocument document)
    {
        var book = document.WorkbookPart!;
        var stylesheet = book.WorkbookStylesPart!.Stylesheet;
        // Columns are measured in digits of the first font. It stays Calibri 11 whatever font the
        // workbook is given, and where Calibri is missing another's wider digits stretch the page.
        stylesheet.Fonts!.Elements<Font>().First().FontName!.Val = Theme.Font;
        stylesheet.Fonts!.Elements<Font>().First().FontSize!.Val = Theme.DefaultSize;
        // "General", which needs no definition, is defined as an empty format, which none may be.
        foreach (var format in stylesheet.NumberingFormats?.Elements<NumberingFormat>().Where(f => f.FormatCode?.Value
            is not { Length: > 0 }).ToList() ?? [])
        {
            format.Remove();
        }
        if (stylesheet.NumberingFormats is { } formats)
            formats.Count = (uint)formats.ChildElements.Count;

        foreach (var columns in book.WorksheetParts.Select(p => p.Worksheet.GetFirstChild<Columns>()).OfType<Columns>())
        {
            // The rest of the columns is written first; the schema wants them from left to right.
            var ordered = columns.Elements<DocumentFormat.OpenXml.Spreadsheet.Column>().OrderBy(c => c.Min!.Value).ToList();
            columns.RemoveAllChildren();
            columns.Append(ordered);
        }
        foreach (var name in book.Workbook.DefinedNames?.Elements<DefinedName>().Where(n => n.Name == "_xlnm.Print_Titles") ?? [])
        {
            name.Text = name.Text.Replace("!1:1", "!$1:$1", StringComparison.Ordinal)
                .Replace("!A:A", "!$A:$A", StringComparison.Ordinal);
        }
    }
}
