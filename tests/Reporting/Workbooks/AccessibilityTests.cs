using ClosedXML.Excel;
using DocumentFormat.OpenXml.Drawing.Spreadsheet;
using DocumentFormat.OpenXml.Packaging;
using Platform.Meetings.V1;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Tests.Workbooks;

/// <summary>
/// The workbook can be read by everybody: points of WCAG 2.2 (level AA) and of the UK Government Analysis Function's
/// guidance on releasing statistics in spreadsheets, for every sheet.
/// </summary>
public sealed class AccessibilityTests
{
    private const double MinContrast = 4.5;

    private static readonly byte[] File = ProgressReportWorkbook.Write(Record().Report("2013-04-02", "meetings/mc-5"));

    public static TheoryData<string> SheetNames
    {
        get
        {
            using var book = Open();
            return [.. book.Worksheets.Select(s => s.Name)];
        }
    }

    // WCAG 2.2, 1.4.3.
    [Theory, MemberData(nameof(SheetNames))]
    public void Letters_StandOutFromWhatIsBehindThem(string name)
    {
        using var book = Open();
        foreach (var cell in book.Worksheet(name).CellsUsed())
        {
            var behind = cell.Style.Fill.PatternType == XLFillPatternValues.None ? XLColor.White : cell.Style.Fill.BackgroundColor;
            var contrast = Contrast(Rgb(cell.Style.Font.FontColor), Rgb(behind));
            Assert.True(contrast >= MinContrast, $"{name}!{cell.Address}: a contrast of {contrast:0.0} to 1.");
        }
    }

    // A reader that goes from cell to cell finds one heading for each column, a value or a sign for none in every cell, and
    // nothing merged, hidden or empty in between.
    [Theory, MemberData(nameof(SheetNames))]
    public void Tables_HaveOneRowOfHeadingsAndNoGaps(string name)
    {
        using var book = Open();
        var sheet = book.Worksheet(name);
        Assert.Empty(sheet.MergedRanges);
        Assert.All(sheet.ColumnsUsed(), c => Assert.False(c.IsHidden));
        Assert.All(sheet.RowsUsed(), r => Assert.False(r.IsHidden));
        foreach (var table in sheet.Tables)
        {
            var headings = table.HeadersRow().Cells().Select(c => c.GetString()).ToList();
            Assert.Equal(headings, headings.Where(h => h.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase));
            Assert.All(table.DataRange.Rows(), row => Assert.All(row.Cells(), c =>
                Assert.True(c.GetFormattedString().Length > 0, $"{name}!{c.Address} is empty.")));
        }
    }

    // What a colour says, a word says too.
    [Theory, MemberData(nameof(SheetNames))]
    public void Tints_NeverStandAlone(string name)
    {
        using var book = Open();
        Assert.All(book.Worksheet(name).Cells().Where(c => c.Style.Fill.PatternType != XLFillPatternValues.None),
            c => Assert.NotEqual(string.Empty, c.GetFormattedString()));
    }

    [Fact]
    public void Charts_HaveAnAlternativeText()
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(File), isEditable: false);

        var charts = document.WorkbookPart!.WorksheetParts.SelectMany(p => p.DrawingsPart?.WorksheetDrawing
            .Descendants<NonVisualDrawingProperties>() ?? []).ToList();
        Assert.Equal(4, charts.Count);
        Assert.All(charts, c => Assert.StartsWith("Bars: ", c.Description?.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Document_HasATitleALanguageAndNamesOfSheetsThatProgramsTake()
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(File), isEditable: false);
        Assert.Equal("Progress report", document.PackageProperties.Title);
        Assert.Equal("en-GB", document.PackageProperties.Language);
        using var book = Open();
        Assert.All(book.Worksheets, s => Assert.Matches("^[A-Z][A-Za-z ]{1,30}$", s.Name));
    }

    // With something in every table but those of standing.
    private static TestRecord Record() => TestRecord.Small()
        .Add(TestRecord.State("are", "United Arab Emirates"), "2012-06-01")
        .Add(TestRecord.Step("are", "intention", Membership.V1.StandingStepKind.IntentionStated, "¶16, sentence 1"), "2013-03-05")
        .Add(TestRecord.Step("are", "member", Membership.V1.StandingStepKind.Member, "¶16, sentence 3"), "2013-03-05")
        .Add(TestRecord.Meeting("next", "Next", MeetingKind.Workshop, "2014-03-05", listed: false, MeetingStatus.Planned), "2013-04-02");

    private static XLWorkbook Open() => new(new MemoryStream(File));

    private static (double R, double G, double B) Rgb(XLColor color) => color.ColorType switch
    {
        // The two of the theme that a cell without a colour of its own has.
        XLColorType.Theme => color.ThemeColor is XLThemeColor.Background1 ? (1, 1, 1) : (0, 0, 0),
        XLColorType.Indexed => color.Indexed == 64 ? (0, 0, 0) : (1, 1, 1),
        _ => (color.Color.R / 255.0, color.Color.G / 255.0, color.Color.B / 255.0),
    };

    // Relative luminance and contrast as WCAG defines them.
    private static double Contrast((double R, double G, double B) a, (double R, double G, double B) b)
    {
        var (first, second) = (Luminance(a), Luminance(b));
        return (Math.Max(first, second) + 0.05) / (Math.Min(first, second) + 0.05);
    }

    private static double Luminance((double R, double G, double B) color)
    {
        static double Linear(double part) => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);
        return (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));
    }
}
