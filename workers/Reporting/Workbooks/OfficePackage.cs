using System.IO.Compression;
using System.Xml.Linq;

namespace Platform.Reporting.Workbooks;

/// <summary>The file that a workbook or a document is: a zip archive of parts.</summary>
internal static class OfficePackage
{
    // The earliest moment that a zip archive can state. The files inside it need no time of
    // their own; the report's is in the properties.
    private static readonly DateTimeOffset ZipEpoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const string CoreProperties = "docProps/core.xml";
    private const string CoreContentType = "application/vnd.openxmlformats-package.core-properties+xml";

    /// <summary>
    /// Packs a file again so that the same content is the same file: no times, and neither the
    /// random name of the properties nor the random ids of the package's relationships.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="parts">Parts that are written otherwise, by their names: each from what the file has.</param>
    public static byte[] Pack(Stream file, IReadOnlyDictionary<string, Action<Stream, Stream>>? parts = null)
    {
        using var result = new MemoryStream();
        using (var from = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true))
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
                else if (parts?.TryGetValue(entry.FullName, out var write) == true)
                    write(source, target);
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
