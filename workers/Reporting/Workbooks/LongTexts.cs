using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>A text that its row is too low for.</summary>
/// <param name="Sheet">The sheet of the row.</param>
/// <param name="Row">The first cell of the row.</param>
/// <param name="Column">The heading of the text's column.</param>
/// <param name="Part">Which part of the text it is.</param>
/// <param name="Text">The part.</param>
internal sealed record LongText(string Sheet, string Row, string Column, string Part, string Text);

/// <summary>
/// The texts that are too long for their rows: no row can be higher than programs show, and no column wider than the
/// page allows. The row shows the beginning, and a sheet of their own has them whole, as many rows as it takes.
/// </summary>
internal sealed class LongTexts
{
    /// <summary>As many lines as the highest row shows.</summary>
    public const int MaxLines = 34;

    private const double TextWidth = 96;
    private const int MaxRowLabel = 200;

    private readonly List<LongText> _texts = [];

    /// <summary>Whether there is any.</summary>
    public bool Any => _texts.Count > 0;

    /// <summary>Shortens a cell that needs more lines than the highest row shows, and keeps its text whole.</summary>
    public Cell Shorten(Cell cell, double width, bool bold, string sheet, string row, string column)
    {
        var text = cell.Shown;
        var place = _texts.Count + 2;
        var parts = Split(text).ToList();
        var label = row.Length > MaxRowLabel ? row[..MaxRowLabel] + "…" : row;
        _texts.AddRange(parts.Select((part, i) => new LongText(sheet, label, column, Wording.Format($"{i + 1} of {parts.Count}"), part)));
        var note = "\n" + Wording.Format($"[… goes on: see the sheet {Wording.Of(SheetNames.LongTexts)}, row {place}]");
        var noteLines = TextMeasure.Lines(note, width, Theme.BodySize, bold);
        return Cell.Of(Beginning(text, width, MaxLines - noteLines, bold).TrimEnd() + note, cell.CellStyle);
    }

    /// <summary>Writes the sheet.</summary>
    public void Write(IXLWorksheet sheet, WorkbookContext context) => TableSheet.Write(sheet, context,
    [
        new("Sheet", 14, t => Cell.Of(t.Sheet)),
        new("Row", 20, t => Cell.Of(t.Row)) { Strong = true },
        new("Column", 16, t => Cell.Of(t.Column)),
        new("Part", 9, t => Cell.Of(t.Part)),
        new("Text", TextWidth, t => Cell.Of(t.Text)),
    ], [.. _texts], Wording.Of("No text of this report is too long for its row."));

    private static IEnumerable<string> Split(string text)
    {
        while (text.Length > 0)
        {
            var part = Beginning(text, TextWidth, MaxLines, bold: false);
            yield return part;
            text = text[part.Length..];
        }
    }

    // As much of a text as the lines hold, to the end of a word.
    private static string Beginning(string text, double width, int lines, bool bold)
    {
        if (TextMeasure.Lines(text, width, Theme.BodySize, bold) <= lines)
            return text;
        var (fits, tooLong) = (1, text.Length);
        while (tooLong - fits > 1)
        {
            var middle = (fits + tooLong) / 2;
            if (TextMeasure.Lines(text[..middle], width, Theme.BodySize, bold) <= lines)
                fits = middle;
            else
                tooLong = middle;
        }
        var word = text.AsSpan(0, fits).LastIndexOfAny(' ', '\n');
        if (word > 0)
            return text[..(word + 1)];
        // No half of a surrogate pair.
        return text[..(char.IsHighSurrogate(text[fits - 1]) && fits > 1 ? fits - 1 : fits)];
    }
}
