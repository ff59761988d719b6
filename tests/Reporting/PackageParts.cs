using System.IO.Compression;
using System.Text;

namespace Platform.Reporting.Tests;

/// <summary>What is inside a workbook or a document.</summary>
internal static class PackageParts
{
    /// <summary>The texts of its parts, by their names.</summary>
    public static SortedDictionary<string, string> Of(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return new(archive.Entries.ToDictionary(e => e.FullName, e =>
        {
            using var reader = new StreamReader(e.Open(), Encoding.UTF8);
            return reader.ReadToEnd();
        }), StringComparer.Ordinal);
    }
}
