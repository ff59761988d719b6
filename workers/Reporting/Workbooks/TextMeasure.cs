namespace Platform.Reporting.Workbooks;

/// <summary>
/// How much room a text takes in a cell. Workbooks are written where no font is installed, so the
/// widths of Arial's characters are given here; where a text needs more, its row is a little high.
/// </summary>
internal static class TextMeasure
{
    // A column is as many digits of the workbook's default font (Arial 10) wide: 7 pixels each.
    private const double PixelsPerUnit = 7;

    // Renderers differ by a few percent, and a word that does not fit takes a whole line.
    private const double Caution = 1.03;

    // Widths of the characters from space to tilde in thousandths of the font's size.
    private static ReadOnlySpan<short> Widths =>
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
        556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
        667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
        556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    /// <summary>Height in points of a row in which the text wraps in a column of the given width.</summary>
    public static double Height(string text, double columnWidth, double fontSize, bool bold = false) =>
        Lines(text, columnWidth, fontSize, bold) * LineHeight(fontSize);

    /// <summary>Height of one line in points.</summary>
    public static double LineHeight(double fontSize) => Math.Round(fontSize * 1.27, 1);

    /// <summary>As much of a text as one line holds, with a visible end where it is more.</summary>
    public static string OneLine(string text, double columnWidth, double fontSize)
    {
        var line = text.ReplaceLineEndings(" ");
        if (Lines(line, columnWidth, fontSize) == 1)
            return line;
        while (line.Length > 0 && Lines(line + "…", columnWidth, fontSize) > 1)
            line = line[..(line.LastIndexOf(' ') is var word and > 0 ? word : line.Length - 1)];
        return line + "…";
    }

    /// <summary>How many lines the text takes, wrapped at words.</summary>
    public static int Lines(string text, double columnWidth, double fontSize, bool bold = false)
    {
        var room = Math.Max(columnWidth * PixelsPerUnit - 6, 10);
        var pixelsPerEm = fontSize * 96 / 72 * (bold ? 1.07 : 1) * Caution;
        var lines = 0;
        foreach (var paragraph in text.AsSpan().EnumerateLines())
        {
            lines++;
            // Fast path: most texts fit on one line.
            if (Width(paragraph) * pixelsPerEm <= room)
                continue;
            double used = 0;
            foreach (var range in paragraph.Split(' '))
            {
                var word = Width(paragraph[range]) * pixelsPerEm;
                if (used > 0 && used + Width(" ") * pixelsPerEm + word > room)
                {
                    lines++;
                    used = 0;
                }
                else if (used > 0)
                {
                    used += Width(" ") * pixelsPerEm;
                }
                // A word longer than the column is broken.
                lines += (int)((used + word) / (room + 0.5));
                used = (used + word) % (room + 0.5);
            }
        }
        return Math.Max(lines, 1);
    }

    private static double Width(ReadOnlySpan<char> text)
    {
        var thousandths = 0;
        foreach (var character in text)
        {
            thousandths += character is >= ' ' and <= '~' ? Widths[character - ' '] : character < 0x2000 ? 600 : character is '–' or '‘'
                or '’' or '“' or '”' or '•' ? 500 : 1000;
        }
        return thousandths / 1000.0;
    }
}
