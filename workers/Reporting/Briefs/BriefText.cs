using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Wordprocessing;
using Platform.Reporting.Reports;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Briefs;

/// <summary>The pieces of which a brief is made: paragraphs, tables and content controls.</summary>
internal static class BriefText
{
    public static ParagraphProperties Style(string style) => new(new ParagraphStyleId { Val = style });

    public static Paragraph Paragraph(string style, string text) => new(Style(style), Run(text));

    /// <summary>A paragraph of texts and content controls.</summary>
    public static Paragraph Sentence(params object[] parts) =>
        new([Style("BodyText"), .. parts.Select(p => p as OpenXmlElement ?? Run((string)p))]);

    /// <summary>A figure in a content control whose tag says which of the workbook's it is.</summary>
    public static OpenXmlElement Number(string tag, int number) => Control(tag, tag, Labels.Of(number), isStrong: true);

    public static SdtRun Control(string tag, string title, string text, bool isStrong = false) => new(
        new SdtProperties(new SdtAlias { Val = title }, new Tag { Val = tag }),
        new SdtContentRun(Run(text, isStrong)));

    /// <summary>The beginning of a text, so that it takes a line or two.</summary>
    public static string OneLine(string text, int max)
    {
        var line = CellText.Clean(text).Replace('\n', ' ');
        if (line.Length <= max)
            return line;
        var end = char.IsHighSurrogate(line[max - 2]) ? max - 2 : max - 1;
        return $"{line[..end].TrimEnd()}…";
    }

    /// <summary>A table with a heading that is repeated on the next page.</summary>
    /// <param name="widths">Its columns, in twentieths of a point.</param>
    /// <param name="headings">Its headings.</param>
    /// <param name="rows">Its texts.</param>
    /// <param name="controls">What stands in their place where it is not null, row by row.</param>
    public static Table Table(int[] widths, string[] headings, IEnumerable<string[]> rows,
        IEnumerable<OpenXmlElement?[]>? controls = null)
    {
        var table = new Table(
            new TableProperties(
                new TableStyle { Val = "BriefTable" },
                new TableWidth { Width = Labels.Of(widths.Sum()), Type = TableWidthUnitValues.Dxa },
                new TableLayout { Type = TableLayoutValues.Fixed },
                new TableLook { Val = "0020", FirstRow = true }),
            new TableGrid(widths.Select(w => new GridColumn { Width = Labels.Of(w) })));
        table.Append(new TableRow([
            new TableRowProperties(new CantSplit(), new TableHeader()),
            .. headings.Select((h, i) => CellOf(widths[i], "TableHeading", Run(h))),
        ]));
        using var put = (controls ?? []).GetEnumerator();
        foreach (var row in rows)
        {
            var instead = put.MoveNext() ? put.Current : [];
            table.Append(new TableRow([
                new TableRowProperties(new CantSplit()),
                .. row.Select((text, i) => CellOf(widths[i], "TableText", instead.ElementAtOrDefault(i) ?? Run(text))),
            ]));
        }
        return table;
    }

    private static TableCell CellOf(int width, string style, OpenXmlElement content) => new(
        new TableCellProperties(new TableCellWidth { Width = Labels.Of(width), Type = TableWidthUnitValues.Dxa }),
        new Paragraph(Style(style), content));

    public static Run Run(string text, bool isStrong = false)
    {
        var run = new Run();
        if (isStrong)
            run.Append(new RunProperties(new Bold()));
        var lines = CellText.Clean(text).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (i > 0)
                run.Append(new Break());
            run.Append(new Text(lines[i]) { Space = SpaceProcessingModeValues.Preserve });
        }
        return run;
    }
}
