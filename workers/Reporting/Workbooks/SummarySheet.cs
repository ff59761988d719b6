using ClosedXML.Excel;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>
/// One printed page: the taskings and the decisions sought in a line each, charts, and the figures that lead to their sheets.
/// </summary>
internal static class SummarySheet
{
    private const double RowHeight = 11.8;
    private const double GapHeight = 4;

    // The line below a heading touches the letters of the first row otherwise.
    private const double BelowHeading = 1.5;

    // The lines of both lists and the rows of the charts share the page: what the lists leave makes the charts higher.
    private const int ListLines = 10;
    private const int MinSoughtLines = 4;
    private const int MinChartRows = 9;

    // Four blocks of a label and its figures, as wide together as a page with letters of 8 points.
    private static readonly double[] Widths = [22, 9, 9, 9, 1.5, 16, 7.5, 7.5, 1.5, 26.5, 7, 1.5, 32.5, 7];
    private static readonly Block First = new(1, 4);
    private static readonly Block Second = new(6, 8);
    private static readonly Block Third = new(10, 11);
    private static readonly Block Fourth = new(13, 14);
    private static readonly Block Whole = new(1, 14);

    // Where a line of a list says how it stands.
    private const int StandColumn = 7;

    // The column of the labels, and that of the last figure.
    private readonly record struct Block(int Label, int Last);

    public static void Write(IXLWorksheet sheet, WorkbookContext context)
    {
        var (report, summary) = (context.Report, context.Report.Summary);
        sheet.ShowGridLines = false;
        sheet.RowHeight = RowHeight;
        for (var c = 0; c < Widths.Length; c++)
            sheet.Column(c + 1).Width = Widths[c];

        // What still awaits Ministers stands before what a conference has spoken on or passed over.
        var sought = report.RecommendationsSought
            .OrderBy(r => r.Response != ResponseStatus.Unspecified || r.NextConference.Length > 0).ToList();
        var taskingLines = Math.Clamp(report.Taskings.Count, 1, ListLines - Math.Clamp(sought.Count, 1, MinSoughtLines));
        var soughtLines = Math.Clamp(sought.Count, 1, ListLines - taskingLines);
        var chartRows = MinChartRows + ListLines - taskingLines - soughtLines;

        var row = WriteList(sheet, 1, taskingLines, SheetNames.Taskings,
            Wording.Format($"Taskings and decisions of {report.BaseLabel}, as of {Labels.Of(report.AsOf)}"),
            [.. report.Taskings.Select(t => ($"{t.Reference}: {t.Title}", t.Stand))]);
        row = WriteList(sheet, Gap(sheet, row), soughtLines, SheetNames.RecommendationsSought, Wording.Of("Decisions sought"),
            [.. sought.Select(r => ($"{r.Reference}: {r.Title}", RecommendationsSoughtSheet.Sought(r).Shown))]);

        var charts = Gap(sheet, row);
        var tables = Gap(sheet, charts + chartRows + 1);
        var levels = WriteSeries(sheet, tables, First, "Commitments by level", ["Self-reported", "By document", "Assessed"],
            [.. summary.Implementation.Select(l => (l.Level, new[] { l.SelfReported, l.ShownByDocument, l.Assessed }))]);
        var years = WriteSeries(sheet, tables, Second, "By year", ["Made", "Closed"],
            [.. summary.Years.Select(y => (y.Year, new[] { y.Made, y.Closed }))]);
        var responses = WriteBreakdown(sheet, summary.Responses, tables, Third);
        var meetings = WriteBreakdown(sheet, summary.MeetingKinds, tables, Fourth);
        for (var r = charts + 1; r <= charts + chartRows; r++)
            SetHeight(sheet, r);
        AddChart("Levels", levels, First, "Commitments by level of implementation",
            "Bars: commitments by level of implementation, self-reported, shown by a document and assessed");
        AddChart("Years", years, Second, "Commitments over time", "Bars: commitments made and closed, by year");
        AddChart("Responses", responses, Third, "Recommendations by response",
            "Bars: recommendations made to the conference, by response");
        AddChart("Meetings", meetings, Fourth, "Meetings held, by kind",
            "Bars: meetings and events held since the conference, by kind");

        var last = Gap(sheet, new[] { levels, years, responses, meetings }.Max(t => t.End));
        var end = new[]
        {
            WriteFigures(sheet, summary.Figures, last), WriteBreakdown(sheet, summary.Timeliness, last, Second).Last,
            WriteBreakdown(sheet, summary.Closures, last, Third).Last, WriteBreakdown(sheet, summary.Unknown, last, Fourth).Last,
        }.Max();
        Page.SetUp(sheet, report);
        sheet.PageSetup.PrintAreas.Add(1, 1, end, Widths.Length);

        void AddChart(string name, ChartData data, Block block, string heading, string description)
        {
            Heading(sheet, charts, block, Wording.Of(heading));
            if (data.Labels.Count > 0)
            {
                context.Charts.Add(new BarChart(name, Wording.Of(description), data,
                    [.. Enumerable.Range(block.Last - data.Series.Count + 1, data.Series.Count)], block.Label,
                    new(block.Label, block.Last, charts + 1, charts + chartRows)));
            }
        }
    }

    // The first of several things in a line each, with how they stand; the last line says how many more there are.
    private static int WriteList(IXLWorksheet sheet, int row, int lines, string place, string heading,
        IReadOnlyList<(string Text, string Stand)> items)
    {
        Heading(sheet, row, Whole, heading);
        var shown = items.Count > lines ? lines - 1 : items.Count;
        foreach (var (text, stand) in items.Take(shown))
        {
            Line(sheet, ++row, Whole);
            sheet.Cell(row, Whole.Label).SetValue(OneLine(text, Whole.Label, StandColumn - 1));
            sheet.Cell(row, StandColumn).SetValue(OneLine(stand, StandColumn, Whole.Last));
        }
        if (items.Count == 0)
            Plain(sheet, ++row, Whole, Wording.Of("None recorded"));
        else if (items.Count > shown)
            Plain(sheet, ++row, Whole, Wording.Format($"and {items.Count - shown} more on the sheet {Wording.Of(place)}"));
        return row + 1;
    }

    private static int WriteFigures(IXLWorksheet sheet, IReadOnlyList<SummaryFigure> figures, int row)
    {
        Heading(sheet, row, First, Wording.Of("Key figures"));
        foreach (var figure in figures)
            Count(sheet, ++row, First, First.Last, figure.Text, figure.Value, figure.Sheet);
        return row;
    }

    // Several figures to a label, with the names of the series above them.
    private static ChartData WriteSeries(IXLWorksheet sheet, int row, Block block, string title, string[] names,
        IReadOnlyList<(string Label, int[] Values)> lines)
    {
        var head = row;
        var first = block.Last - names.Length + 1;
        Heading(sheet, head, block, Wording.Of(title));
        for (var i = 0; i < names.Length; i++)
        {
            var name = Wording.Of(names[i]);
            var cell = sheet.Cell(head, first + i);
            cell.SetValue(name);
            cell.Style.Font.FontSize = Theme.BodySize;
            cell.Style.Font.Bold = false;
            cell.Style.Alignment.WrapText = true;
            cell.Style.Alignment.Horizontal = XLAlignmentHorizontalValues.Right;
            sheet.Row(head).Height = Math.Max(sheet.Row(head).Height,
                TextMeasure.Height(name, Widths[first + i - 1], Theme.BodySize) + 2);
        }
        foreach (var (label, values) in lines)
        {
            Count(sheet, ++row, block, first, label, values[0], SheetNames.Commitments);
            for (var i = 1; i < values.Length; i++)
                sheet.Cell(row, first + i).SetValue(values[i]);
            // The series have the same weight: none counts more than the others.
            sheet.Range(row, first, row, block.Last).Style.Font.Bold = true;
        }
        if (lines.Count == 0)
            Plain(sheet, ++row, block, Wording.Of("None recorded"));
        return new ChartData(head, head + 1, row, [.. lines.Select(l => l.Label)],
            [.. names.Select((n, i) => (Wording.Of(n), (IReadOnlyList<int>)[.. lines.Select(l => l.Values[i])]))]);
    }

    private static ChartData WriteBreakdown(IXLWorksheet sheet, SummaryBreakdown breakdown, int row, Block block)
    {
        var head = row;
        var title = Wording.Of(breakdown.Title);
        Heading(sheet, head, block, title);
        foreach (var (label, count) in breakdown.Lines)
            Count(sheet, ++row, block, block.Last, label, count, breakdown.Sheet);
        if (breakdown.Lines.Count == 0)
            Plain(sheet, ++row, block, Wording.Of("None recorded"));
        return new ChartData(head, head + 1, row, [.. breakdown.Lines.Select(l => l.Label)],
            [(title, [.. breakdown.Lines.Select(l => l.Count)])]);
    }

    // The figure leads to the rows that it counts.
    private static void Count(IXLWorksheet sheet, int row, Block block, int column, string label, int count, string place)
    {
        var cell = sheet.Cell(row, block.Label);
        cell.SetValue(OneLine(label, block.Label, column - 1));
        cell.Hyperlink = new XLHyperlink(Cell.PlaceOf(place, 1), Wording.Format($"Go to {Wording.Of(place)}"));
        cell.Style.Font.FontName = Theme.Font;
        // After the link, which would look like one on the web.
        Line(sheet, row, block);
        sheet.Cell(row, column).SetValue(count);
        sheet.Cell(row, column).Style.Font.Bold = true;
    }

    private static void Line(IXLWorksheet sheet, int row, Block block)
    {
        SetHeight(sheet, row);
        var style = sheet.Range(row, block.Label, row, block.Last).Style;
        style.Font.FontSize = Theme.BodySize;
        style.Font.FontColor = Theme.Ink;
        style.Font.Underline = XLFontUnderlineValues.None;
        style.Alignment.Vertical = XLAlignmentVerticalValues.Bottom;
        style.Border.BottomBorder = XLBorderStyleValues.Thin;
        style.Border.BottomBorderColor = Theme.Line;
    }

    private static void Plain(IXLWorksheet sheet, int row, Block block, string text)
    {
        SetHeight(sheet, row);
        sheet.Cell(row, block.Label).SetValue(text);
        sheet.Cell(row, block.Label).Style.Font.FontSize = Theme.BodySize;
        sheet.Cell(row, block.Label).Style.Font.FontColor = Theme.Grey;
    }

    private static void Heading(IXLWorksheet sheet, int row, Block block, string text)
    {
        sheet.Cell(row, block.Label).SetValue(CellText.Clean(text));
        Theme.Heading(sheet.Range(row, block.Label, row, block.Last).Style);
        sheet.Row(row).Height = Math.Max(sheet.Row(row).Height, 18);
        sheet.Row(row + 1).Height = RowHeight + BelowHeading;
    }

    // Set, so that programs do not fit the row to its letters, each in its own way.
    private static void SetHeight(IXLWorksheet sheet, int row) => sheet.Row(row).Height = Math.Max(sheet.Row(row).Height, RowHeight);

    // A low empty row, and the number of the one below it.
    private static int Gap(IXLWorksheet sheet, int row)
    {
        sheet.Row(row).Height = GapHeight;
        return row + 1;
    }

    // The text flows over the empty cells to its right, as far as the given column.
    private static string OneLine(string text, int first, int last) =>
        TextMeasure.OneLine(CellText.Clean(text), Widths[(first - 1)..last].Sum(), Theme.BodySize);
}
