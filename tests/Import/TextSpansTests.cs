using Platform.Meetings.V1;
using Platform.Tool.Import;

namespace Platform.Import.Tests;

public sealed class TextSpansTests
{
    private const string Document = "Heading\r\n\r\n  1. The AHG agreed 🇦 to à la carte.\n   \nIt noted.\nEnd";

    [Theory]
    [InlineData(1, 0, 0, 0, "Heading")]
    [InlineData(1, 2, 0, 4, "ead")]
    [InlineData(3, 6, 0, 0, "The AHG agreed 🇦 to à la carte.")]
    // The flag letter is one character, though two in UTF-16.
    [InlineData(3, 21, 0, 21, "🇦")]
    [InlineData(3, 23, 0, 26, "to à")]
    [InlineData(3, 6, 5, 2, "The AHG agreed 🇦 to à la carte. It")]
    [InlineData(1, 0, 6, 0, "Heading 1. The AHG agreed 🇦 to à la carte. It noted. End")]
    public void Cut_ASpan_HasItsFirstAndLastCharacter(int firstLine, int firstColumn, int lastLine, int lastColumn, string expected) =>
        Assert.Equal(expected, new TextSpans(Document).Cut([Span(firstLine, firstColumn, lastLine, lastColumn)], out _, out _));

    [Fact]
    public void Cut_SeveralSpans_JoinsThemByASpaceInTheirOrder() =>
        Assert.Equal("It noted. Heading", new TextSpans(Document).Cut([Span(5, 0, 0, 0), Span(1, 0, 0, 0)], out _, out _));

    [Theory]
    [InlineData(7, 0, 0, 0, "Ends in line 7, but the document has 6 lines.")]
    [InlineData(1, 0, 0, 8, "Reaches character 8 of line 1, which has 7.")]
    [InlineData(1, 9, 0, 0, "Reaches character 9 of line 1, which has 7.")]
    [InlineData(4, 0, 0, 0, "Holds no text in the document.")]
    [InlineData(3, 0, 2, 0, "Does not begin before it ends.")]
    public void Cut_ASpanOutsideTheDocument_SaysSo(int firstLine, int firstColumn, int lastLine, int lastColumn, string expected)
    {
        Assert.Null(new TextSpans(Document)
            .Cut([Span(1, 0, 0, 0), Span(firstLine, firstColumn, lastLine, lastColumn)], out var wrong, out var sentence));

        Assert.Equal(1, wrong);
        Assert.Equal(expected, sentence);
    }

    private static TextSpan Span(int firstLine, int firstColumn, int lastLine, int lastColumn) =>
        new() { FirstLine = firstLine, FirstColumn = firstColumn, LastLine = lastLine, LastColumn = lastColumn };
}
