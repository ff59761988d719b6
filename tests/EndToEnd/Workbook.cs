using ClosedXML.Excel;

namespace Platform.EndToEnd.Tests;

/// <summary>A produced workbook as a reader sees it: the text of its cells.</summary>
internal sealed class Workbook
{
    private readonly Dictionary<string, Dictionary<string, string>> _cells = new(StringComparer.Ordinal);

    public Workbook(string path)
    {
        Path = path;
        using var file = new XLWorkbook(path);
        foreach (var sheet in file.Worksheets)
            _cells[sheet.Name] = sheet.CellsUsed().ToDictionary(c => c.Address.ToString()!, c => c.GetFormattedString());
        Sheets = [.. file.Worksheets.Select(s => s.Name)];
        Tables = Sheets.ToDictionary(s => s, s => ReadTable(file.Worksheet(s)));
    }

    public string Path { get; }

    public IReadOnlyList<string> Sheets { get; }

    /// <summary>The rows of each sheet by the headers of its first row.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>> Tables { get; }

    /// <summary>Every cell but the one that says when the report was known, which differs from run to run.</summary>
    public IReadOnlyList<string> Cells =>
    [
        .. _cells.SelectMany(sheet => sheet.Value.Select(cell => $"{sheet.Key}!{cell.Key}: {cell.Value}"))
            .Where(cell => !cell.EndsWith(" UTC", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The row of a sheet whose reference is this.</summary>
    public IReadOnlyDictionary<string, string> Row(string sheet, string reference) =>
        Assert.Single(Tables[sheet], row => row["Reference"] == reference);

    /// <summary>The chain that passes through a place: its own, or that of what followed from it.</summary>
    public IReadOnlyDictionary<string, string> ChainThrough(string reference) =>
        Tables["Traceability"].First(row => row.Values.Any(v => v.Contains(reference, StringComparison.Ordinal)));

    /// <summary>Asserts that the texts stand in the cell in this order.</summary>
    public static void AssertInOrder(string cell, params string[] texts)
    {
        var from = 0;
        foreach (var text in texts)
        {
            var at = cell.IndexOf(text, from, StringComparison.Ordinal);
            Assert.True(at >= 0, $"\"{text}\" does not follow in: {cell}");
            from = at + text.Length;
        }
    }

    private static IReadOnlyList<IReadOnlyDictionary<string, string>> ReadTable(IXLWorksheet sheet)
    {
        var headers = sheet.Row(1).CellsUsed().ToDictionary(c => c.Address.ColumnNumber, c => c.GetString());
        return [.. sheet.RowsUsed().Skip(1)
            .Select(row => (IReadOnlyDictionary<string, string>)headers.ToDictionary(h => h.Value, h => row.Cell(h.Key)
            .GetFormattedString()))];
    }
}
