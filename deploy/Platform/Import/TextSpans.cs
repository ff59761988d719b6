using System.Globalization;
using System.Text;
using Platform.Meetings.V1;

namespace Platform.Tool.Import;

/// <summary>
/// Cuts stretches out of a document. Lines end with a line feed, with or without a carriage return before it; lines
/// and characters are counted from 1, a character being a Unicode scalar value, so that every language counts alike.
/// </summary>
internal sealed class TextSpans
{
    private readonly string[] _lines;

    /// <summary>Creates the cutter for a document's text.</summary>
    public TextSpans(string text) => _lines = text.Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line).ToArray();

    /// <summary>
    /// The text of spans, in their order: each line trimmed, blank lines dropped, everything joined by single spaces.
    /// Null with a sentence where a span lies outside the document or holds nothing.
    /// </summary>
    public string? Cut(IReadOnlyList<TextSpan> spans, out int wrongSpan, out string sentence)
    {
        var pieces = new List<string>();
        for (wrongSpan = 0; wrongSpan < spans.Count; wrongSpan++)
        {
            var before = pieces.Count;
            if (Add(spans[wrongSpan], pieces) is { } problem)
            {
                sentence = problem;
                return null;
            }
            if (pieces.Count == before)
            {
                sentence = "Holds no text in the document.";
                return null;
            }
        }
        sentence = "";
        return string.Join(' ', pieces);
    }

    private string? Add(TextSpan span, List<string> pieces)
    {
        var lastLine = span.LastLine == 0 ? span.FirstLine : span.LastLine;
        if (span.FirstLine < 1 || lastLine < span.FirstLine)
            return "Does not begin before it ends.";
        if (lastLine > _lines.Length)
            return string.Create(CultureInfo.InvariantCulture, $"Ends in line {lastLine}, but the document has {_lines.Length} lines.");
        for (var number = span.FirstLine; number <= lastLine; number++)
        {
            var line = _lines[number - 1];
            var length = line.EnumerateRunes().Count();
            var first = number == span.FirstLine && span.FirstColumn > 0 ? span.FirstColumn : 1;
            var last = number == lastLine && span.LastColumn > 0 ? span.LastColumn : length;
            if (last > length || (first > length && length > 0))
            {
                return string.Create(CultureInfo.InvariantCulture, $"Reaches character {Math.Max(first, last)} of line {number}, which "
                    + $"has {length}.");
            }
            var piece = Slice(line, first, last).Trim();
            if (piece.Length > 0)
                pieces.Add(piece);
        }
        return null;
    }

    private static string Slice(string line, int first, int last)
    {
        var text = new StringBuilder();
        var column = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (++column >= first && column <= last)
                text.Append(rune.ToString());
        }
        return text.ToString();
    }
}
