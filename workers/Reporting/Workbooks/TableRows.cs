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
                    WriteRows(writer, styles, places, cancel);
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

    /// <summary>Notes the format of a cell, and where it leads.</summary>
    protected void Note(Cell cell, CellFormat format, int row)
    {
        Formats.Add(format);
        if (format.IsLink && ++_linkedCells == MaxLinks)
            _lastLinkedRow = row;
        if (cell.Link is { } link)
            _links.TryAdd(link, $"rIdLink{Number(_links.Count + 1)}");
    }

    /// <summary>How high a row is, in points.</summary>
    protected abstract double HeightOf(int row);

    /// <summary>A cell, and how it looks.</summary>
    protected abstract (Cell Cell, CellFormat Format) At(int row, int column);

    private void WriteRows(XmlWriter writer, IReadOnlyDictionary<CellFormat, string> styles, List<(int, int, Cell)> places,
        CancellationToken cancel)
    {
        // A row as one text: to write it element by element takes twice as long.
        var xml = new StringBuilder();
        var prefix = writer.LookupPrefix(Main) is { Length: > 0 } named ? $"{named}:" : "";
        var letters = Enumerable.Range(1, Columns).Select(c => ClosedXML.Excel.XLHelper.GetColumnLetterFromNumber(c)).ToArray();
        for (var row = 0; row < Count; row++)
        {
            cancel.ThrowIfCancellationRequested();
            xml.Clear();
            xml.Append(CultureInfo.InvariantCulture, $"<{prefix}row r=\"{row + 2}\" ht=\"{HeightOf(row)}\" customHeight=\"1\">");
            for (var column = 0; column < Columns; column++)
            {
                var (cell, format) = At(row, column);
                AppendCell(xml, prefix, cell, letters[column], row + 2, styles[format]);
                if (format.IsLink)
                    places.Add((row, column, cell));
            }
            xml.Append(CultureInfo.InvariantCulture, $"</{prefix}row>");
            writer.WriteRaw(xml.ToString());
        }
    }

    private static void AppendCell(StringBuilder xml, string prefix, Cell cell, string column, int row, string style)
    {
        xml.Append(CultureInfo.InvariantCulture, $"<{prefix}c r=\"{column}{row}\" s=\"{style}\"");
        if (cell.IsRealDate || cell.Number is not null)
        {
            var number = cell.Number ?? cell.Date!.Value.DayNumber - FirstDay.DayNumber;
            xml.Append(CultureInfo.InvariantCulture, $"><{prefix}v>{number}</{prefix}v></{prefix}c>");
            return;
        }
        var text = cell.Shown;
        var space = char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]) ? " xml:space=\"preserve\"" : "";
        xml.Append(CultureInfo.InvariantCulture, $" t=\"inlineStr\"><{prefix}is><{prefix}t{space}>").Append(Escape(text))
            .Append(CultureInfo.InvariantCulture, $"</{prefix}t></{prefix}is></{prefix}c>");
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
        for (var r = 0; r < rows.Count; r++)
        {
            var lines = 1;
            for (var c = 0; c < columns.Count; c++)
            {
                var (cell, format) = At(r, c);
                var needed = LinesOf(cell, columns[c]);
                if (needed > LongTexts.MaxLines)
                {
                    cell = longTexts.Shorten(cell, columns[c].Width, columns[c].Strong, sheet, At(r, 0).Cell.Shown, columns[c].Header);
                    _shortened.Add((r, c), cell);
                    needed = LinesOf(cell, columns[c]);
                }
                Note(cell, format, r);
                lines = Math.Max(lines, needed);
            }
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
        if (cell.Shown.Length == 0)
            cell = Cell.Of("–", CellStyle.Silent);
        cell = Linked(cell, row);
        return (cell, CellFormat.Of(cell, _columns[column].Strong, _columns[column].Centered));
    }

    private static int LinesOf(Cell cell, Column<TRow> column) =>
        TextMeasure.Lines(cell.Shown, column.Width, Theme.BodySize, column.Strong);
}
