using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The first sheet: what the report is, to whom it may be shown, and its contents.</summary>
internal static class CoverSheet
{
    /// <summary>The name of the cell that says what became of the report at meetings.</summary>
    public const string StandingName = "ReportStanding";

    private const int Label = 2;
    private const int Text = 3;
    private const double LabelWidth = 34;
    private const double TextWidth = 108;

    public static void Write(IXLWorksheet sheet, WorkbookContext context)
    {
        var report = context.Report;
        sheet.ShowGridLines = false;
        sheet.Column(1).Width = 1.5;
        sheet.Column(Label).Width = LabelWidth;
        sheet.Column(Text).Width = TextWidth;
        WriteTitle(sheet, CellText.Clean(report.Title));

        var row = 3;
        if (report.Process.Length > 0)
            WriteFact(sheet, ++row, "Process", CellText.Clean(report.Process));
        WriteFact(sheet, ++row, "As of", string.Empty);
        TableSheet.Put(sheet.Cell(row, Text), Cell.Of(report.AsOf, string.Empty));
        WriteFact(sheet, ++row, "As known at",
            $"{Labels.Of(DateOnly.FromDateTime(report.KnownAt.UtcDateTime))}, {report.KnownAt.UtcDateTime:HH:mm:ss} UTC");
        if (report.Version > 0)
        {
            WriteFact(sheet, ++row, "Version", report.Previous.Length == 0 ? Labels.Of(report.Version)
                : Wording.Format(
                    $"{report.Version}; what is different from {report.Previous}, is on the sheet {Wording.Of(SheetNames.Changes)}"));
        }
        WriteFact(sheet, ++row, "Standing", Wording.Of(Labels.Draft));
        // The words of two meetings need two lines: the text is replaced when the report is considered or endorsed.
        sheet.Row(row).Height = Math.Max(sheet.Row(row).Height, 4 + (2 * TextMeasure.LineHeight(Theme.DefaultSize)));
        sheet.Workbook.NamedRanges.Add(StandingName, sheet.Range(row, Text, row, Text));
        foreach (var fact in report.Summary.Facts)
            WriteFact(sheet, ++row, CellText.Clean(fact.Label), CellText.Clean(fact.Text));
        WriteFact(sheet, ++row, "Handling", report.Handling);

        row += 2;
        sheet.Cell(row, Label).SetValue(Wording.Of("Contents"));
        Theme.Heading(sheet.Range(row, Label, row, Text).Style);
        sheet.Row(row).Height = 22;
        foreach (var listed in Sheets.All.Skip(1))
        {
            WriteFact(sheet, ++row, listed.Name, listed.Count is null ? Wording.Of(listed.About)
                : $"{Wording.Of(listed.About)} ({Rows(listed.Count(report))})");
            WriteLink(sheet, row, listed.Name);
        }
        if (context.LongTexts.Any)
        {
            WriteFact(sheet, ++row, SheetNames.LongTexts, Wording.Of("Texts that are too long for their rows, whole"));
            WriteLink(sheet, row, SheetNames.LongTexts);
        }
        Page.SetUp(sheet, report);
        sheet.PageSetup.PrintAreas.Add(1, 1, row, Text);
    }

    // Lower and smaller than a fact: with its contents the cover is one page.
    private static void WriteLink(IXLWorksheet sheet, int row, string name)
    {
        TableSheet.Put(sheet.Cell(row, Label), Cell.Of(Wording.Of(name)) with { Place = Cell.PlaceOf(name, 1) });
        sheet.Range(row, Label, row, Text).Style.Font.FontSize = Theme.BodySize;
        sheet.Row(row).Height = 2 + TextMeasure.LineHeight(Theme.BodySize);
    }

    private static string Rows(int count) => count switch
    {
        0 => Wording.Of("nothing recorded"),
        1 => Wording.Of("1 row"),
        _ => Wording.Format($"{count} rows"),
    };

    private static void WriteTitle(IXLWorksheet sheet, string title)
    {
        sheet.Row(1).Height = 8;
        sheet.Cell(2, Label).SetValue(Wording.Of("Progress report to Ministers"));
        sheet.Cell(2, Text).SetValue(title);
        var style = sheet.Range(2, Label, 2, Text).Style;
        style.Fill.BackgroundColor = Theme.Navy;
        style.Font.FontColor = Theme.White;
        style.Font.FontSize = 11;
        style.Font.Bold = true;
        style.Alignment.WrapText = true;
        style.Alignment.Vertical = XLAlignmentVerticalValues.Center;
        sheet.Cell(2, Label).Style.Alignment.Indent = 1;
        sheet.Cell(2, Text).Style.Font.FontSize = 19;
        sheet.Row(2).Height = Math.Min(22 + TextMeasure.Height(title, TextWidth - 2, 19, bold: true), Theme.MaxRowHeight);
    }

    private static void WriteFact(IXLWorksheet sheet, int row, string label, string text)
    {
        label = Wording.Of(label);
        if (label.Length > 0)
            sheet.Cell(row, Label).SetValue(label);
        if (text.Length > 0)
            sheet.Cell(row, Text).SetValue(text);
        var style = sheet.Range(row, Label, row, Text).Style;
        style.Font.FontSize = Theme.DefaultSize;
        style.Font.FontColor = Theme.Ink;
        style.Alignment.WrapText = true;
        style.Alignment.Vertical = XLAlignmentVerticalValues.Top;
        style.Alignment.Horizontal = XLAlignmentHorizontalValues.Left;
        style.Border.BottomBorder = XLBorderStyleValues.Thin;
        style.Border.BottomBorderColor = Theme.Line;
        sheet.Cell(row, Label).Style.Font.FontColor = Theme.Slate;
        sheet.Row(row).Height = 4 + Math.Max(TextMeasure.Height(text, TextWidth, Theme.DefaultSize),
            TextMeasure.Height(label, LabelWidth, Theme.DefaultSize));
    }
}
