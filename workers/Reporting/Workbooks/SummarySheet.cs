using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>One printed page: the taskings in a line each, charts, and the figures that lead to their sheets.</summary>
internal static class SummarySheet
{
    private const int MaxTaskings = 8;
    private const double RowHeight = 12;
    private const int ChartRows = 9;
    private const double LabelWidth = 38;

    // Three blocks of a label and its figures; the first has three figures.
    private static readonly double[] Widths = [LabelWidth, 9, 9, 9, 2, LabelWidth, 8, 2, LabelWidth, 7];
    private const int First = 1;
    private const int Second = 6;
    private const int Third = 9;

    public static void Write(IXLWorksheet sheet, WorkbookContext context)
    {
        var (report, summary) = (context.Report, context.Report.Summary);
        sheet.ShowGridLines = false;
        sheet.RowHeight = RowHeight;
        for (var c = 0; c < Widths.Length; c++)
            sheet.Column(c + 1).Width = Widths[c];

        var row = WriteTaskings(sheet, report) + 1;
        var charts = row;
        var figures = charts + ChartRows + 2;

        var first = WriteFigures(sheet, summary.Figures, figures);
        var (levels, firstEnd) = WriteLevels(sheet, summary.Implementation, first + 1);
        var responses = WriteBreakdown(sheet, summary.Responses, figures, Second);
        var timeliness = WriteBreakdown(sheet, summary.Timeliness, responses.End + 1, Second);
        var meetings = WriteBreakdown(sheet, summary.MeetingKinds, figures, Third);
        var kinds = WriteBreakdown(sheet, summary.Kinds, meetings.End + 1, Third);
        var closures = WriteBreakdown(sheet, summary.Closures, kinds.End + 1, Third);

        Heading(sheet, charts, First, First + 3, Wording.Of("Commitments by level of implementation"));
        context.Charts.Add(new BarChart("Levels", Wording.Of("Bars: commitments by level of implementation, "
            + "self-reported, shown by a document and assessed"), levels,
            [First + 1, First + 2, First + 3], First, new(First, First + 3, charts + 1, charts + ChartRows)));
        Heading(sheet, charts, Second, Second + 1, Wording.Of("Recommendations by response"));
        context.Charts.Add(new BarChart("Responses", Wording.Of("Bars: recommendations made to the conference, by response"),
            responses, [Second + 1], Second, new(Second, Second + 1, charts + 1, charts + ChartRows)));
        Heading(sheet, charts, Third, Third + 1, Wording.Of("Meetings held, by kind"));
        if (summary.MeetingKinds.Lines.Count > 0)
        {
            context.Charts.Add(new BarChart("Meetings", Wording.Of("Bars: meetings and events held since the conference, by kind"),
                meetings, [Third + 1], Third, new(Third, Third + 1, charts + 1, charts + ChartRows)));
        }

        var end = new[] { firstEnd, closures.End, timeliness.End }.Max() - 1;
        // Rows of the height of the others where nothing stands, too.
        for (var r = 1; r <= end; r++)
            sheet.Row(r).Height = Math.Max(sheet.Row(r).Height, RowHeight);
        Page.SetUp(sheet, report);
        sheet.PageSetup.PrintAreas.Add(1, 1, end, Widths.Length);
    }

    private static int WriteTaskings(IXLWorksheet sheet, ProgressReport report)
    {
        Heading(sheet, 1, First, Third + 1,
            Wording.Format($"Taskings and decisions of {report.BaseLabel}, as of {Labels.Of(report.AsOf)}"));
        var row = 1;
        foreach (var tasking in report.Taskings.Take(MaxTaskings))
        {
            Line(sheet, ++row, First, Third + 1);
            // The text flows over the empty cells to its right.
            sheet.Cell(row, First).SetValue(TextMeasure.OneLine(CellText.Clean($"{tasking.Reference}: {tasking.Title}"),
                Widths[..(Second - 1)].Sum(), Theme.BodySize));
            sheet.Cell(row, Second).SetValue(tasking.Stand);
        }
        if (report.Taskings.Count > MaxTaskings)
        {
            Plain(sheet, ++row,
                Wording.Format($"and {report.Taskings.Count - MaxTaskings} more on the sheet {Wording.Of(SheetNames.Taskings)}"));
        }
        if (report.Taskings.Count == 0)
            Plain(sheet, ++row, Wording.Of("None recorded"));
        return row + 1;
    }

    private static int WriteFigures(IXLWorksheet sheet, IReadOnlyList<SummaryFigure> figures, int row)
    {
        Heading(sheet, row, First, First + 1, Wording.Of("Key figures"));
        foreach (var figure in figures)
            Count(sheet, ++row, First, figure.Text, figure.Value, figure.Sheet);
        return row + 1;
    }

    private static (ChartData Data, int End) WriteLevels(IXLWorksheet sheet, IReadOnlyList<ImplementationCount> levels, int row)
    {
        Heading(sheet, row, First, First + 3, Wording.Of("Commitments by level"));
        string[] sources = [Wording.Of("Self-reported"), Wording.Of("By document"), Wording.Of("Assessed")];
        for (var i = 0; i < sources.Length; i++)
        {
            var cell = sheet.Cell(row, First + 1 + i);
            cell.SetValue(sources[i]);
            cell.Style.Font.FontSize = Theme.BodySize;
            cell.Style.Alignment.WrapText = true;
            cell.Style.Alignment.Horizontal = XLAlignmentHorizontalValues.Right;
        }
        sheet.Row(row).Height = 26;
        var head = row;
        foreach (var level in levels)
        {
            Count(sheet, ++row, First, level.Level, level.SelfReported, SheetNames.Commitments);
            sheet.Cell(row, First + 2).SetValue(level.ShownByDocument);
            sheet.Cell(row, First + 3).SetValue(level.Assessed);
            Line(sheet, row, First, First + 3);
            // The three series have the same tint: none weighs more than the others.
            sheet.Range(row, First + 1, row, First + 3).Style.Font.Bold = true;
        }
        return (new ChartData(head, head + 1, row, [.. levels.Select(l => l.Level)],
        [
            (sources[0], [.. levels.Select(l => l.SelfReported)]),
            (sources[1], [.. levels.Select(l => l.ShownByDocument)]),
            (sources[2], [.. levels.Select(l => l.Assessed)]),
        ]), row + 1);
    }

    private static ChartData WriteBreakdown(IXLWorksheet sheet, SummaryBreakdown breakdown, int row, int first)
    {
        var head = row;
        var title = CellText.Clean(Wording.Of(breakdown.Title));
        Heading(sheet, head, first, first + 1, title);
        foreach (var (label, count) in breakdown.Lines)
            Count(sheet, ++row, first, label, count, breakdown.Sheet);
        return new ChartData(head, head + 1, row, [.. breakdown.Lines.Select(l => l.Label)],
            [(title, [.. breakdown.Lines.Select(l => l.Count)])]);
    }

    // The figure leads to the rows that it counts.
    private static void Count(IXLWorksheet sheet, int row, int first, string label, int count, string place)
    {
        var cell = sheet.Cell(row, first);
        cell.SetValue(CellText.Clean(label));
        cell.Hyperlink = new XLHyperlink(Cell.PlaceOf(place, 1), Wording.Format($"Go to {Wording.Of(place)}"));
        sheet.Cell(row, first + 1).SetValue(count);
        Line(sheet, row, first, first + 1);
        cell.Style.Font.FontName = Theme.Font;
        sheet.Cell(row, first + 1).Style.Font.Bold = true;
    }

    private static void Line(IXLWorksheet sheet, int row, int first, int last)
    {
        var style = sheet.Range(row, first, row, last).Style;
        style.Font.FontSize = Theme.BodySize;
        style.Font.FontColor = Theme.Ink;
        style.Font.Underline = XLFontUnderlineValues.None;
        style.Alignment.Vertical = XLAlignmentVerticalValues.Center;
        style.Border.BottomBorder = XLBorderStyleValues.Thin;
        style.Border.BottomBorderColor = Theme.Line;
    }

    private static void Plain(IXLWorksheet sheet, int row, string text)
    {
        sheet.Cell(row, First).SetValue(text);
        sheet.Cell(row, First).Style.Font.FontSize = Theme.BodySize;
        sheet.Cell(row, First).Style.Font.FontColor = Theme.Grey;
    }

    private static void Heading(IXLWorksheet sheet, int row, int first, int last, string text)
    {
        sheet.Cell(row, first).SetValue(CellText.Clean(text));
        Theme.Heading(sheet.Range(row, first, row, last).Style);
        sheet.Row(row).Height = Math.Max(sheet.Row(row).Height, 18);
    }
}
