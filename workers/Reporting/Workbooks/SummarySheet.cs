using System.Globalization;
using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The first page: facts, figures that lead to their sheets, a chart, and how to read it.</summary>
internal static class SummarySheet
{
    // Two halves of five columns between a margin and a gap.
    private const int Left = 2;
    private const int LeftEnd = 6;
    private const int Right = 8;
    private const int RightEnd = 12;
    private const double Unit = 14;
    private const double Gap = 3;
    private const double Width = 10 * Unit + Gap;

    /// <summary>Writes the page.</summary>
    /// <returns>Where the chart finds its figures and its room.</returns>
    public static ChartPlace Write(IXLWorksheet sheet, ProgressReport report)
    {
        sheet.ShowGridLines = false;
        sheet.Column(1).Width = 1.5;
        for (var c = Left; c <= RightEnd; c++)
            sheet.Column(c).Width = c == LeftEnd + 1 ? Gap : Unit;

        var row = WriteTitle(sheet, report);
        row = WriteFacts(sheet, report, row);
        row = WriteFigures(sheet, report.Summary.Figures, row);
        var chart = WriteResponses(sheet, report.Summary.Responses, row);
        row = chart.LastRoomRow + 2;
        sheet.PageSetup.AddHorizontalPageBreak(row - 1);
        // Implementation and timeliness side by side, and what remains below them in two halves.
        row = Math.Max(WriteImplementation(sheet, report.Summary.Implementation, row),
            WriteBreakdown(sheet, report.Summary.Breakdowns[^1], row, Right)) + 1;
        foreach (var pair in report.Summary.Breakdowns.SkipLast(1).Chunk(2))
        {
            var next = WriteBreakdown(sheet, pair[0], row, Left);
            if (pair.Length > 1)
                next = Math.Max(next, WriteBreakdown(sheet, pair[1], row, Right));
            row = next + 1;
        }
        WriteConditions(sheet, report.Summary.Conditions, row);

        Page.SetUp(sheet, report);
        sheet.PageSetup.PrintAreas.Add(1, 1, row + report.Summary.Conditions.Count, RightEnd);
        return chart;
    }

    private static int WriteTitle(IXLWorksheet sheet, ProgressReport report)
    {
        var title = CellText.Clean(report.Title);
        sheet.Row(1).Height = 8;
        var band = Merge(sheet, 2, Left, RightEnd, title);
        band.Style.Fill.BackgroundColor = Theme.Navy;
        band.Style.Font.FontColor = Theme.White;
        band.Style.Font.FontSize = 19;
        band.Style.Font.Bold = true;
        band.Style.Alignment.Indent = 1;
        band.Style.Alignment.Vertical = XLAlignmentVerticalValues.Center;
        sheet.Row(2).Height = Math.Min(22 + TextMeasure.Height(title, Width - 4, 19, bold: true), Theme.MaxRowHeight);

        var subtitle = $"Progress report to Ministers  ·  as of {Labels.Of(report.AsOf)}";
        var line = Merge(sheet, 3, Left, RightEnd, subtitle);
        line.Style.Fill.BackgroundColor = Theme.Slate;
        line.Style.Font.FontColor = Theme.White;
        line.Style.Font.FontSize = Theme.DefaultSize;
        line.Style.Alignment.Indent = 1;
        line.Style.Alignment.Vertical = XLAlignmentVerticalValues.Center;
        sheet.Row(3).Height = 20;
        return 5;
    }

    private static int WriteFacts(IXLWorksheet sheet, ProgressReport report, int row)
    {
        Fact(sheet, row, "As of", string.Empty);
        TableSheet.Put(sheet.Cell(row, Left + 2), Cell.Of(report.AsOf, string.Empty));
        Fact(sheet, ++row, "As known at",
            $"{report.KnownAt.UtcDateTime.ToString("d MMM yyyy, HH:mm:ss", CultureInfo.InvariantCulture)} UTC");
        Fact(sheet, ++row, "Handling", report.Handling);
        foreach (var fact in report.Summary.Facts)
            Fact(sheet, ++row, CellText.Clean(fact.Label), CellText.Clean(fact.Text));
        return row + 2;
    }

    private static void Fact(IXLWorksheet sheet, int row, string label, string text)
    {
        var name = Merge(sheet, row, Left, Left + 1, label);
        name.Style.Font.FontColor = Theme.Grey;
        name.Style.Alignment.Vertical = XLAlignmentVerticalValues.Top;
        var value = Merge(sheet, row, Left + 2, RightEnd, text);
        value.Style.Alignment.Vertical = XLAlignmentVerticalValues.Top;
        value.Style.Alignment.Horizontal = XLAlignmentHorizontalValues.Left;
        sheet.Range(row, Left, row, RightEnd).Style.Border.BottomBorder = XLBorderStyleValues.Thin;
        sheet.Range(row, Left, row, RightEnd).Style.Border.BottomBorderColor = Theme.Line;
        sheet.Row(row).Height = 5 + Math.Max(
            TextMeasure.Height(text, Width - 2 * Unit, Theme.BodySize), TextMeasure.Height(label, 2 * Unit, Theme.BodySize));
    }

    private static int WriteFigures(IXLWorksheet sheet, IReadOnlyList<SummaryFigure> figures, int row)
    {
        Heading(sheet, row++, Left, RightEnd, "Key figures");
        var columns = Enumerable.Range(Left, 5).Concat(Enumerable.Range(Right, 5)).ToArray();
        foreach (var line in figures.Chunk(columns.Length))
        {
            for (var i = 0; i < line.Length; i++)
            {
                var value = sheet.Cell(row, columns[i]);
                value.SetValue(line[i].Value);
                Lead(value, line[i].Sheet);
                value.Style.Font.FontSize = 20;
                value.Style.Font.Bold = true;
                value.Style.Font.FontColor = Theme.Navy;
                var label = sheet.Cell(row + 1, columns[i]);
                label.SetValue(CellText.Clean(line[i].Label));
                label.Style.Font.FontSize = 8;
                label.Style.Font.FontColor = Theme.Slate;
                label.Style.Alignment.WrapText = true;
                label.Style.Alignment.Vertical = XLAlignmentVerticalValues.Top;
                var card = sheet.Range(row, columns[i], row + 1, columns[i]);
                card.Style.Fill.BackgroundColor = Theme.Mist;
                card.Style.Alignment.Horizontal = XLAlignmentHorizontalValues.Center;
                card.Style.Border.OutsideBorder = XLBorderStyleValues.Thin;
                card.Style.Border.OutsideBorderColor = Theme.White;
            }
            sheet.Row(row).Height = 32;
            sheet.Row(row + 1).Height = 8 + line.Max(f => TextMeasure.Height(f.Label, Unit, 8));
            row += 2;
        }
        return row + 1;
    }

    private static ChartPlace WriteResponses(IXLWorksheet sheet, SummaryBreakdown responses, int row)
    {
        var end = WriteBreakdown(sheet, responses, row, Left) - 1;
        Heading(sheet, row, Right, RightEnd, "How many received which response");
        return new ChartPlace(row, row + 1, end, Left, LeftEnd, Right, RightEnd, row + 1, end + 2);
    }

    private static int WriteImplementation(IXLWorksheet sheet, IReadOnlyList<ImplementationCount> levels, int row)
    {
        Heading(sheet, row, Left, LeftEnd, "Commitments by level of implementation");
        var head = ++row;
        Merge(sheet, head, Left, LeftEnd - 3, "Level");
        sheet.Cell(head, LeftEnd - 2).SetValue("Self-reported");
        sheet.Cell(head, LeftEnd - 1).SetValue("By document");
        sheet.Cell(head, LeftEnd).SetValue("Assessed");
        var style = sheet.Range(head, Left, head, LeftEnd).Style;
        style.Font.Bold = true;
        style.Font.FontColor = Theme.Slate;
        style.Font.FontSize = 8;
        foreach (var level in levels)
        {
            row++;
            var label = Merge(sheet, row, Left, LeftEnd - 3, level.Level);
            Lead(label.FirstCell(), SheetNames.Commitments);
            sheet.Cell(row, LeftEnd - 2).SetValue(level.SelfReported);
            sheet.Cell(row, LeftEnd - 1).SetValue(level.ShownByDocument);
            sheet.Cell(row, LeftEnd).SetValue(level.Assessed);
            BreakdownLine(sheet, row, Left, LeftEnd);
        }
        // None of the three weighs more than the others.
        var figures = sheet.Range(head, LeftEnd - 2, row, LeftEnd).Style;
        figures.Alignment.Horizontal = XLAlignmentHorizontalValues.Right;
        figures.Font.Bold = true;
        return row + 1;
    }

    private static int WriteBreakdown(IXLWorksheet sheet, SummaryBreakdown breakdown, int row, int first)
    {
        var last = first + 4;
        Heading(sheet, row, first, last, CellText.Clean(breakdown.Title));
        foreach (var (label, count) in breakdown.Lines)
        {
            row++;
            var text = Merge(sheet, row, first, last - 1, label);
            Lead(text.FirstCell(), breakdown.Sheet);
            sheet.Cell(row, last).SetValue(count);
            BreakdownLine(sheet, row, first, last);
        }
        return row + 1;
    }

    private static void BreakdownLine(IXLWorksheet sheet, int row, int first, int last)
    {
        var style = sheet.Range(row, first, row, last).Style;
        style.Font.FontSize = Theme.BodySize;
        style.Font.FontColor = Theme.Ink;
        style.Font.Underline = XLFontUnderlineValues.None;
        style.Border.BottomBorder = XLBorderStyleValues.Thin;
        style.Border.BottomBorderColor = Theme.Line;
        sheet.Cell(row, last).Style.Font.Bold = true;
        sheet.Row(row).Height = 16;
    }

    private static void WriteConditions(IXLWorksheet sheet, IReadOnlyList<string> conditions, int row)
    {
        Heading(sheet, row, Left, RightEnd, "How to read this report");
        foreach (var condition in conditions)
        {
            var line = Merge(sheet, ++row, Left, RightEnd, condition);
            line.Style.Font.FontColor = Theme.Slate;
            line.Style.Alignment.Vertical = XLAlignmentVerticalValues.Center;
            sheet.Row(row).Height = 5 + TextMeasure.Height(condition, Width, Theme.BodySize);
        }
    }

    private static void Heading(IXLWorksheet sheet, int row, int first, int last, string text)
    {
        var heading = Merge(sheet, row, first, last, text);
        heading.Style.Font.FontSize = 11;
        heading.Style.Font.Bold = true;
        heading.Style.Font.FontColor = Theme.Navy;
        heading.Style.Alignment.Vertical = XLAlignmentVerticalValues.Bottom;
        heading.Style.Border.BottomBorder = XLBorderStyleValues.Medium;
        heading.Style.Border.BottomBorderColor = Theme.Navy;
        sheet.Row(row).Height = 22;
    }

    private static IXLRange Merge(IXLWorksheet sheet, int row, int first, int last, string text)
    {
        if (text.Length > 0)
            sheet.Cell(row, first).SetValue(text);
        var range = sheet.Range(row, first, row, last).Merge();
        range.Style.Font.FontSize = Theme.BodySize;
        range.Style.Font.FontColor = Theme.Ink;
        range.Style.Alignment.WrapText = true;
        return range;
    }

    // The figure leads to the rows that it counts.
    private static void Lead(IXLCell cell, string sheet)
    {
        cell.Hyperlink = new XLHyperlink($"'{sheet}'!A1", $"Go to {sheet}");
        cell.Style.Font.FontName = Theme.Font;
        cell.Style.Font.Underline = XLFontUnderlineValues.None;
    }
}
