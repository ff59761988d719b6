using System.Buffers;
using System.Text;

namespace Platform.Reporting.Workbooks;

/// <summary>
/// Makes any text fit for a cell: what a user typed is shown as typed, never run as a formula, and
/// can never make the file unreadable.
/// </summary>
internal static class CellText
{
    /// <summary>The most characters that a cell can hold.</summary>
    public const int MaxCharacters = 32767;

    /// <summary>Ends a text that was cut.</summary>
    public const string CutNote = " [The text is longer than a cell can hold and is cut here.]";

    // Characters that stay as they are wherever they stand.
    private static readonly SearchValues<char> Harmless = SearchValues.Create(
        ['\n', .. Enumerable.Range(0, 0xFFFE).Select(c => (char)c).Where(c => !char.IsControl(c) && !char.IsSurrogate(c))]);

    /// <summary>
    /// Line breaks become one kind, tabs become spaces; control characters, halves of surrogate
    /// pairs and the characters that XML forbids are removed.
    /// </summary>
    public static string Clean(string text)
    {
        // Nearly every text is clean.
        if (text.Length <= MaxCharacters && !text.AsSpan().ContainsAnyExcept(Harmless))
            return text;
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '\r')
            {
                clean.Append('\n');
                if (i + 1 < text.Length && text[i + 1] == '\n')
                    i++;
            }
            else if (character == '\t')
            {
                clean.Append(' ');
            }
            else if (char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                clean.Append(character).Append(text[++i]);
            }
            else if (character == '\n' || !(char.IsControl(character) || char.IsSurrogate(character) || character >= '\uFFFE'))
            {
                clean.Append(character);
            }
        }
        if (clean.Length <= MaxCharacters)
            return clean.ToString();

        clean.Length = MaxCharacters - CutNote.Length;
        if (char.IsHighSurrogate(clean[^1]))
            clean.Length--;
        return clean.Append(CutNote).ToString();
    }
}
