using System.IO.Compression;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Platform.Reporting.Workbooks;

/// <summary>Puts right what ClosedXML leaves: the default font, the order of columns, and what differs from run to run.</summary>
internal static class WorkbookNormalizer
{
    // The earliest moment that a zip archive can state. The files inside a workbook need no time of
    // their own; the report's is in the properties.
    private static readonly DateTimeOffset ZipEpoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const string CoreProperties = "docProps/core.xml";
    private const string CoreContentType = "application/vnd.openxmlformats-package.core-properties+xml";

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

    /// <summary>
    /// Packs the workbook again so that the same content is the same file: no times, and neither the
    /// random name of the properties nor the random ids of the package's relationships.
    /// </summary>
    public static byte[] Pack(Stream workbook)
    {
        using var result = new MemoryStream();
        using (var from = new ZipArchive(workbook, ZipArchiveMode.Read, leaveOpen: true))
        using (var to = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in from.Entries
                .OrderBy(e => e.FullName == "[Content_Types].xml" ? 0 : 1)
                .ThenBy(e => e.FullName.EndsWith(".psmdcp", StringComparison.Ordinal) ? CoreProperties : e.FullName,
                    StringComparer.Ordinal))
            {
                var core = entry.FullName.EndsWith(".psmdcp", StringComparison.Ordinal);
                var copy = to.CreateEntry(core ? CoreProperties : entry.FullName, CompressionLevel.Optimal);
                copy.LastWriteTime = ZipEpoch;
                using var source = entry.Open();
                using var target = copy.Open();
                if (entry.FullName == "_rels/.rels")
                    Rewrite(source, target, NameRelationships);
                else if (entry.FullName == "[Content_Types].xml")
                    Rewrite(source, target, NameContentTypes);
                else
                    source.CopyTo(target);
            }
        }
        return result.ToArray();
    }

    private static void Rewrite(Stream source, Stream target, Action<XElement> change)
    {
        var xml = XDocument.Load(source);
        change(xml.Root!);
        xml.Save(target, SaveOptions.DisableFormatting);
    }

    private static void NameRelationships(XElement root)
    {
        var ordered = root.Elements().OrderBy(e => (string?)e.Attribute("Type"), StringComparer.Ordinal).ToList();
        for (var i = 0; i < ordered.Count; i++)
        {
            ordered[i].SetAttributeValue("Id", $"rId{i + 1}");
            if (((string?)ordered[i].Attribute("Target"))?.EndsWith(".psmdcp", StringComparison.Ordinal) == true)
                ordered[i].SetAttributeValue("Target", $"/{CoreProperties}");
        }
        root.ReplaceNodes(ordered);
    }

    private static void NameContentTypes(XElement root)
    {
        var space = root.GetDefaultNamespace();
        root.Elements().Where(e => (string?)e.Attribute("ContentType") == CoreContentType).Remove();
        root.Add(new XElement(space + "Override", new XAttribute("PartName", $"/{CoreProperties}"),
            new XAttribute("ContentType", CoreContentType)));
        root.ReplaceNodes(root.Elements()
            .OrderBy(e => e.Name.LocalName, StringComparer.Ordinal)
            .ThenBy(e => (string?)e.Attribute("PartName") ?? (string?)e.Attribute("Extension"), StringComparer.Ordinal)
            .ToList());
    }
}
