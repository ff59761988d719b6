using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>
/// The rows of a table. They are looked at twice: before the workbook is saved, to know how high each is and which formats
/// there are, and to be written one after the other into the saved sheet. ClosedXML, which keeps every cell of a workbook in
/// memory, never sees them (decision 26).
/// </summary>
internal abstract partial class TableRows
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    // The limits of Excel: it reports a file that exceeds either as damaged.
    private const int MaxRows = 1_048_576 - 1;
    private const int MaxLinks = 65_000;

    protected const int RowsOfBlock = 256;
    private static readonly int BlocksAhead = 2 * Environment.ProcessorCount;

    private static readonly DateOnly FirstDay = new(1899, 12, 30);

    private readonly Dictionary<Uri, string> _links = [];
    private int _linkedCells;
    private int _lastLinkedRow = int.MaxValue;

    /// <summary>The sheet.</summary>
    public required string Sheet { get; init; }

    /// <summary>The formats of the cells.</summary>
    public HashSet<CellFormat> Formats { get; } = [];

    /// <summary>The addresses outside the workbook to which cells lead, each with the id of its relationship.</summary>
    public IReadOnlyDictionary<Uri, string> Links => _links;

    /// <summary>How many cells lead somewhere.</summary>
    public int LinkedCells => _linkedCells;

    /// <summary>The cells of the table, with its heading.</summary>
    public string Range => $"A1:{Address(Count + 1, Columns)}";

    /// <summary>How many rows there are.</summary>
    protected abstract int Count { get; }

    /// <summary>How many columns there are.</summary>
    protected abstract int Columns { get; }

    /// <summary>Writes the saved sheet with the rows in the place of whatever is below its heading.</summary>
    /// <param name="saved">The sheet as ClosedXML saved it.</param>
    /// <param name="target">The sheet with the rows.</param>
    /// <param name="styles">The number of each format in the workbook's styles.</param>
    /// <param name="cancel">Cancels the writing, between two rows.</param>
    public void Write(Stream saved, Stream target, IReadOnlyDictionary<CellFormat, string> styles, CancellationToken cancel)
    {
        using var reader = XmlReader.Create(saved);
        // CellText has removed every character that XML forbids.
        using var writer = XmlWriter.Create(target, new XmlWriterSettings { CheckCharacters = false });
        reader.MoveToContent();
        writer.WriteStartDocument(standalone: true);
        writer.WriteStartElement(reader.Prefix, reader.LocalName, reader.NamespaceURI);
        writer.WriteAttributes(reader, defattr: false);
        reader.Read();
        var places = new List<(int Row, int Column, Cell Cell)>();
        while (reader.NodeType == XmlNodeType.Element)
        {
            switch (reader.LocalName)
            {
                case "dimension":
                    reader.Skip();
                    writer.WriteStartElement("dimension", Main);
                    writer.WriteAttributeString("ref", Range);
                    writer.WriteEndElement();
                    break;
                case "sheetData":
                    var heading = ((XElement)XNode.ReadFrom(reader)).Elements().First();
                    writer.WriteStartElement("sheetData", Main);
                    heading.WriteTo(writer);
                    // Ends the element's start tag before others write to the stream.
                    writer.WriteRaw("");
                    writer.Flush();
                    WriteRows(target, writer.LookupPrefix(Main) is { Length: > 0 } prefix ? $"{prefix}:" : "", styles, places, cancel);
                    writer.WriteEndElement();
                    break;
                // The schema has links before the page's settings.
                case "printOptions":
                    WriteLinks(writer, places);
                    writer.WriteNode(reader, defattr: false);
                    break;
                default:
                    writer.WriteNode(reader, defattr: false);
                    break;
            }
        }
        writer.WriteEndElement();
    }

    /// <summary>Refuses more rows than a sheet can have.</summary>
    protected static void CheckCount(string sheet, int rows)
    {
        if (rows > MaxRows)
        {
            throw new ReportException(string.Create(CultureInfo.InvariantCulture, $"The sheet {sheet} would have {rows:N0} rows, and a "
                + $"sheet holds {MaxRows:N0}. Report since a later conference, or as of an earlier day."));
        }
    }

    /// <summary>A cell without its link where the sheet has as many as it can have.</summary>
    protected Cell Linked(Cell cell, int row) => row > _lastLinkedRow ? cell with { Link = null, Place = null } : cell;

    /// <summary>Notes how many cells of a row lead somewhere.</summary>
    protected void NoteLinks(int row, int count)
    {
        if (row > _lastLinkedRow)
            return;
        _linkedCells += count;
        if (_linkedCells + Columns <= MaxLinks)
            return;
        _lastLinkedRow = row;
        Formats.UnionWith([.. Formats.Select(f => f with { IsLink = false })]);
    }

    /// <summary>Notes an address outside the workbook to which a cell leads.</summary>
    protected void NoteAddress(Uri address) => _links.TryAdd(address, $"rIdLink{Number(_links.Count + 1)}");

    /// <summary>How high a row is, in points.</summary>
    protected abstract double HeightOf(int row);

    /// <summary>A cell, and how it looks.</summary>
    protected abstract (Cell Cell, CellFormat Format) At(int row, int column);

    // Blocks of rows are put together beside one another, as the bytes that they are in the file: element by element takes three
    // times as long. They are written in their order, and a block always has the same rows: how a file is compressed depends on how
    // it was divided.
    private void WriteRows(Stream target, string prefix, IReadOnlyDictionary<CellFormat, string> styles,
        List<(int, int, Cell)> places, CancellationToken cancel)
    {
        var letters = Enumerable.Range(1, Columns).Select(c => ClosedXML.Excel.XLHelper.GetColumnLetterFromNumber(c)).ToArray();
        var (free, ahead) = (new Stack<Block>(), new Queue<(Block Block, Task Filled)>());
        for (var first = 0; first < Count || ahead.Count > 0;)
        {
            while (first < Count && ahead.Count < BlocksAhead)
            {
                var block = free.Count > 0 ? free.Pop() : new Block();
                var (from, to) = (first, first = Math.Min(first + RowsOfBlock, Count));
                ahead.Enqueue((block, Task.Run(() => Fill(block, from, to), cancel)));
            }
            var (next, filled) = ahead.Dequeue();
            filled.GetAwaiter().GetResult();
            target.Write(next.Utf8.WrittenSpan);
            places.AddRange(next.Places);
            free.Push(next);
        }

        void Fill(Block block, int from, int to)
        {
            block.Clear();
            var xml = block.Xml;
            for (var row = from; row < to; row++)
            {
                xml.Append(CultureInfo.InvariantCulture, $"<{prefix}row r=\"{row + 2}\" ht=\"{HeightOf(row)}\" customHeight=\"1\">");
                for (var column = 0; column < Columns; column++)
                {
                    var (cell, format) = At(row, column);
                    AppendCell(xml, prefix, cell, letters[column], row + 2, styles[format]);
                    if (format.IsLink)
                        block.Places.Add((row, column, cell));
                }
                xml.Append("</").Append(prefix).Append("row>");
            }
            block.Encode();
        }
    }

    private static void AppendCell(StringBuilder xml, string prefix, Cell cell, string column, int row, string style)
    {
        xml.Append('<').Append(prefix).Append("c r=\"").Append(column).Append(row).Append("\" s=\"").Append(style).Append('"');
        if (cell.IsRealDate || cell.Number is not null)
        {
            var number = cell.Number ?? cell.Date!.Value.DayNumber - FirstDay.DayNumber;
            xml.Append(CultureInfo.InvariantCulture, $"><{prefix}v>{number}</{prefix}v></{prefix}c>");
            return;
        }
        var text = cell.Shown;
        var space = char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]) ? " xml:space=\"preserve\"" : "";
        xml.Append(" t=\"inlineStr\"><").Append(prefix).Append("is><").Append(prefix).Append('t').Append(space).Append('>')
            .Append(Escape(text)).Append("</").Append(prefix).Append("t></").Append(prefix).Append("is></").Append(prefix).Append("c>");
    }

    private void WriteLinks(XmlWriter writer, List<(int Row, int Column, Cell Cell)> places)
    {
        if (places.Count == 0)
            return;
        writer.WriteStartElement("hyperlinks", Main);
        foreach (var (row, column, cell) in places)
        {
            writer.WriteStartElement("hyperlink", Main);
            writer.WriteAttributeString("ref", Address(row + 2, column + 1));
            if (cell.Link is { } link)
                writer.WriteAttributeString("id", Relationships, _links[link]);
            else
                writer.WriteAttributeString("location", cell.Place);
            writer.WriteEndElement();
        }
        writer.WriteEndElement();
    }

    // A text of a workbook may hold any character as its code; what only looks like a code has its underscore coded.
    private static string Escape(string text) =>
        SecurityElement.Escape(text.Contains("_x", StringComparison.Ordinal) ? Code().Replace(text, "_x005F_") : text);

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Code();

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Address(int row, int column) => ClosedXML.Excel.XLHelper.GetColumnLetterFromNumber(column) + Number(row);
}

/// <summary>Some rows as they are in the file, in memory that is used again for others.</summary>
file sealed class Block
{
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();

    public StringBuilder Xml { get; } = new();

    public ArrayBufferWriter<byte> Utf8 { get; } = new();

    public List<(int Row, int Column, Cell Cell)> Places { get; } = [];

    public void Clear()
    {
        Xml.Clear();
        Utf8.ResetWrittenCount();
        Places.Clear();
    }

    public void Encode()
    {
        foreach (var chunk in Xml.GetChunks())
            _encoder.Convert(chunk.Span, Utf8, flush: false, out _, out _);
    }
}

/// <summary>The rows of a table of things of one type.</summary>
/// <typeparam name="TRow">The type.</typeparam>
internal sealed class TableRows<TRow> : TableRows
{
    private readonly IReadOnlyList<Column<TRow>> _columns;
    private readonly IReadOnlyList<TRow> _rows;
    private readonly double[] _heights;
    private readonly Dictionary<(int Row, int Column), Cell> _shortened = [];

    /// <summary>Measures them.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="longTexts">Keeps the texts that are too long for their rows.</param>
    /// <param name="sheet">The sheet.</param>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public TableRows(IReadOnlyList<Column<TRow>> columns, IReadOnlyList<TRow> rows, LongTexts longTexts, string sheet)
    {
        CheckCount(sheet, rows.Count);
        (Sheet, _columns, _rows, _heights) = (sheet, columns, rows, new double[rows.Count]);
        var measured = new (int Lines, int Links, bool IsSpecial)[rows.Count];
        Parallel.ForEach(Partitioner.Create(0, rows.Count, RowsOfBlock), block =>
        {
            var formats = new HashSet<CellFormat>();
            for (var r = block.Item1; r < block.Item2; r++)
                measured[r] = Measure(r, formats);
            lock (Formats)
                Formats.UnionWith(formats);
        });
        for (var r = 0; r < rows.Count; r++)
        {
            var (lines, links, isSpecial) = measured[r];
            NoteLinks(r, links);
            if (isSpecial)
                lines = Settle(r, longTexts);
            _heights[r] = Math.Min((lines * TextMeasure.LineHeight(Theme.BodySize)) + TableSheet.Padding, Theme.MaxRowHeight);
        }
    }

    /// <inheritdoc/>
    protected override int Count => _rows.Count;

    /// <inheritdoc/>
    protected override int Columns => _columns.Count;

    /// <inheritdoc/>
    protected override double HeightOf(int row) => _heights[row];

    /// <inheritdoc/>
    protected override (Cell Cell, CellFormat Format) At(int row, int column)
    {
        if (!_shortened.TryGetValue((row, column), out var cell))
            cell = _columns[column].Value(_rows[row]);
        // No empty cells: a screen reader then says that there is nothing.
        if (cell.IsEmpty)
            cell = Cell.Of("–", CellStyle.Silent);
        cell = Linked(cell, row);
        return (cell, CellFormat.Of(cell, _columns[column].Strong, _columns[column].Centered));
    }

    // What needs no other row to be known. Special is what the rows must settle one after the other.
    private (int Lines, int Links, bool IsSpecial) Measure(int row, HashSet<CellFormat> formats)
    {
        var (lines, links, isSpecial) = (1, 0, false);
        for (var c = 0; c < _columns.Count; c++)
        {
            var (cell, format) = At(row, c);
            formats.Add(format);
            lines = Math.Max(lines, LinesOf(cell, _columns[c]));
            links += format.IsLink ? 1 : 0;
            isSpecial |= cell.Link is not null;
        }
        return (lines, links, isSpecial || lines > LongTexts.MaxLines);
    }

    // Numbers the addresses to which the row leads, and shortens what is too long for it; returns how many lines it has.
    private int Settle(int row, LongTexts longTexts)
    {
        var lines = 1;
        for (var c = 0; c < _columns.Count; c++)
        {
            var (cell, _) = At(row, c);
            if (cell.Link is { } address)
                NoteAddress(address);
            if (LinesOf(cell, _columns[c]) > LongTexts.MaxLines)
            {
                cell = longTexts.Shorten(cell, _columns[c].Width, _columns[c].Strong, Sheet, At(row, 0).Cell.Shown, _columns[c].Header);
                _shortened.Add((row, c), cell);
                Formats.Add(At(row, c).Format);
            }
            lines = Math.Max(lines, LinesOf(cell, _columns[c]));
        }
        return lines;
    }

    private static int LinesOf(Cell cell, Column<TRow> column) =>
        TextMeasure.Lines(cell.Shown, column.Width, Theme.BodySize, column.Strong);
}
