namespace Platform.Reporting.Reports;

/// <summary>
/// What a report says, as far as the next one is compared with it: of each row its details as texts. They are kept as bytes, and
/// those of a row that another report has too only once, so that a report and the one before need not be in memory together.
/// </summary>
public sealed class ComparedReport
{
    private readonly Dictionary<string, OrderedDictionary<string, byte[]>> _sheets = new(StringComparer.Ordinal);

    /// <summary>The details of the rows of a report.</summary>
    /// <param name="tables">What it says.</param>
    /// <param name="similar">Another report, of which most rows are the same.</param>
    public static ComparedReport Of(ReportTables tables, ComparedReport? similar = null)
    {
        ArgumentNullException.ThrowIfNull(tables);
        var report = new ComparedReport();
        foreach (var sheet in ComparedSheet.All)
        {
            var rows = new OrderedDictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (var (key, row) in sheet.RowsOf(tables))
            {
                // What has several rows is compared as one.
                var all = rows.TryGetValue(key, out var others) ? [.. others, .. row] : row;
                rows[key] = similar?.RowsOf(sheet, key) is { } same && all.AsSpan().SequenceEqual(same) ? same : all;
            }
            report._sheets.Add(sheet.Name, rows);
        }
        return report;
    }

    /// <summary>What the rows of a sheet are about, in their order.</summary>
    internal IEnumerable<string> KeysOf(ComparedSheet sheet) => _sheets[sheet.Name].Keys;

    /// <summary>The rows about something: the same array as another report's where they are the same; null where there is none.</summary>
    internal byte[]? RowsOf(ComparedSheet sheet, string key) => _sheets[sheet.Name].GetValueOrDefault(key);
}

/// <summary>A row as it is compared.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Reference">Where in the record it stands.</param>
/// <param name="Document">Resource name of the document that the reference begins with.</param>
/// <param name="IsClosed">Whether it is a commitment that is closed.</param>
/// <param name="Values">Its details, in the order of its sheet's.</param>
internal sealed record ComparedRow(string Title, string Reference, string Document, bool IsClosed, IReadOnlyList<ComparedValue> Values)
{
    /// <summary>Reads the rows that were written one behind the other.</summary>
    public static List<ComparedRow> Read(byte[] bytes, int values)
    {
        var rows = new List<ComparedRow>();
        using var reader = new BinaryReader(new MemoryStream(bytes));
        while (reader.BaseStream.Position < bytes.Length)
        {
            rows.Add(new ComparedRow(reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadBoolean(),
                [.. Enumerable.Range(0, values).Select(_ => new ComparedValue(reader.ReadString(), reader.ReadBoolean()))]));
        }
        return rows;
    }

    /// <summary>The row in bytes.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Title);
        writer.Write(Reference);
        writer.Write(Document);
        writer.Write(IsClosed);
        foreach (var value in Values)
        {
            writer.Write(value.Text);
            writer.Write(value.IsToldOfNew);
        }
        return stream.ToArray();
    }
}

/// <summary>A detail of a row.</summary>
/// <param name="Text">Its words.</param>
/// <param name="IsToldOfNew">Whether it is told where the row is new.</param>
internal sealed record ComparedValue(string Text, bool IsToldOfNew);
