using ClosedXML.Excel;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Reporting.Language;
using Platform.Reporting.Reports;
using Platform.Reporting.V1;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Tests.Workbooks;

/// <summary>Every sheet can be read on its paper: computed from the file, as a printer would scale it.</summary>
public sealed class PaperTests
{
    private const double MinPoints = 8;
    private const double MillimetresToTheInch = 25.4;

    [Theory]
    [InlineData("2013-03-05", "meetings/mc-4", PaperSize.A4)]
    [InlineData("2013-04-02", "meetings/mc-5", PaperSize.A4)]
    [InlineData("2013-03-05", "meetings/mc-4", PaperSize.A3)]
    public void Letters_OfASmallRecord_AreOfEightPointsAtLeast(string asOf, string baseMeeting, PaperSize paper) =>
        AssertReadable(TestRecord.Small().Report(asOf, baseMeeting, paper: paper));

    [Fact]
    public void Attendance_OnA3_TakesFewerPages()
    {
        static int Breaks(PaperSize paper)
        {
            using var book = Open(SixtyMeetings().Report("2013-03-05", paper: paper));
            return book.Worksheet("Attendance").PageSetup.ColumnBreaks.Count;
        }

        Assert.True(Breaks(PaperSize.A3) < Breaks(PaperSize.A4));
    }

    [Theory, InlineData(PaperSize.A4), InlineData(PaperSize.A3)]
    public void Letters_OfSixtyMeetingsAndSixtyParticipants_AreOfEightPointsAtLeast(PaperSize paper)
    {
        var report = SixtyMeetings().Report("2013-03-05", paper: paper);
        Assert.True(report.Attendance.Columns.Count > 60 && report.Attendance.Rows.Count > 60);

        AssertReadable(report);
    }

    private static TestRecord SixtyMeetings()
    {
        var record = TestRecord.Small();
        for (var i = 0; i < 60; i++)
        {
            var day = TestRecord.Day("2011-05-01").AddDays(10 * i).ToString("yyyy-MM-dd", null);
            record.Add(TestRecord.State($"x{i:00}", $"The United Republic of Number {i}"), "2011-03-09")
                .Add(TestRecord.Meeting($"wg-{i}", $"WG{i}", MeetingKind.SeniorOfficialsMeeting, day, listed: true), day)
                .Add(TestRecord.Attends($"wg-{i}", $"x{i:00}", AttendanceCapacity.Observer), day)
                .Add(TestRecord.Outcome($"wg-{i}", "a", OutcomeKind.Recommendation, "ahg-som-7", $"¶{i}", $"Recommendation {i}",
                    "bodies/mc"), day);
        }
        return record;
    }

    [Theory, InlineData("en"), InlineData("fr"), InlineData("id")]
    public void CoverAndSummary_OfAFullRecord_AreOnePageEach(string language)
    {
        var record = TestRecord.Small();
        for (var i = 0; i < 11; i++)
            record.Add(TestRecord.Outcome("mc-4", $"t-{i}", OutcomeKind.Tasking, "ahg-som-7", $"¶{i}", $"Tasking {i}"), "2011-03-30");
        for (var i = 0; i < 12; i++)
        {
            record.Add(TestRecord.Outcome("ahg-som-5", $"s-{i}", OutcomeKind.Recommendation, "ahg-som-7", $"¶{i}", $"Sought {i}",
                "bodies/mc"), "2011-10-12");
        }
        foreach (var kind in Enum.GetValues<MeetingKind>().Except([MeetingKind.Unspecified]))
            record.Add(TestRecord.Meeting($"kind-{(int)kind}", $"K{(int)kind}", kind, "2012-03-05", listed: false), "2012-03-05");
        for (var year = 2002; year < 2013; year++)
            record.Add(new Commitment { Name = $"commitments/of-{year}", Title = $"Of {year}" }, $"{year}-03-05");
        using var use = Wording.In(language);
        using var book = Open(record.Report("2013-03-05",
            title: "Progress report of the group of experts on cooperation among the participants to the ministers of the region",
            process: "The regional process on cooperation among the participants"));

        Assert.All([book.Worksheet(1), book.Worksheet(2)], AssertOnePage);
        // Nothing is cut, in any language, but how a tasking stands.
        Assert.All(book.Worksheet(2).CellsUsed().Where(c => c.Address.ColumnNumber != 7 && c.DataType == XLDataType.Text), AssertWhole);
    }

    // A text flows over empty cells, up to the next that is not.
    private static void AssertWhole(IXLCell cell)
    {
        var (sheet, row, first) = (cell.Worksheet, cell.Address.RowNumber, cell.Address.ColumnNumber);
        var last = first;
        while (!cell.Style.Alignment.WrapText && last < sheet.LastColumnUsed().ColumnNumber() && sheet.Cell(row, last + 1).IsEmpty())
            last++;
        var (font, text) = (cell.Style.Font, cell.GetString());
        var width = Enumerable.Range(first, last - first + 1).Sum(c => sheet.Column(c).Width);
        var lines = TextMeasure.Lines(text, width, font.FontSize, font.Bold);
        Assert.True(!text.Contains('…', StringComparison.Ordinal) && lines * TextMeasure.LineHeight(font.FontSize) <= sheet.Row(row).Height,
            $"{cell.Address}: “{text}” is cut.");
    }

    private static void AssertOnePage(IXLWorksheet sheet)
    {
        var area = sheet.PageSetup.PrintAreas.Single();
        var height = Enumerable.Range(area.FirstRow().RowNumber(), area.RowCount()).Sum(r => sheet.Row(r).Height);
        var (printable, width) = (PrintableHeight(sheet), Width(sheet, 1, area.ColumnCount()));
        var scale = Math.Min(1, PrintableWidth(sheet) / width);
        Assert.True(height * scale <= printable, $"{sheet.Name}: {height} points, scaled by {scale:0.000}, are more than {printable}.");
    }

    private static void AssertReadable(ProgressReport report)
    {
        var file = new MemoryStream(ProgressReportWorkbook.Write(report, TestContext.Current.CancellationToken));
        using (var document = SpreadsheetDocument.Open(file, isEditable: false))
        {
            Assert.Contains(document.WorkbookPart!.Workbook.DefinedNames!.Elements<DefinedName>(),
                n => n.Name == "_xlnm.Print_Titles" && n.Text == "Attendance!$A:$A,Attendance!$1:$1");
        }
        using var book = new XLWorkbook(file);
        foreach (var sheet in book.Worksheets)
        {
            var columns = sheet.LastColumnUsed().ColumnNumber();
            var setup = sheet.PageSetup;
            Assert.Equal((report.Paper == PaperSize.A3 ? XLPaperSize.A3Paper : XLPaperSize.A4Paper, XLPageOrientation.Landscape),
                (setup.PaperSize, setup.PageOrientation));
            var scale = setup.PagesWide == 1 ? Math.Min(1, PrintableWidth(sheet) / Width(sheet, 1, columns)) : setup.Scale / 100.0;
            var smallest = sheet.CellsUsed().Min(c => c.Style.Font.FontSize) * scale;
            Assert.True(smallest >= MinPoints, $"{sheet.Name} is printed in letters of {smallest:0.00} points.");
            if (setup.PagesWide == 1)
                continue;
            // Pages that a printer does not break again: the first column, and those up to the next break.
            var first = 1;
            foreach (var last in setup.ColumnBreaks.Append(columns))
            {
                var width = Width(sheet, first, last) + (first == 1 ? 0 : Width(sheet, 1, 1));
                Assert.True(width * scale <= PrintableWidth(sheet), $"{sheet.Name}: columns {first} to {last} are wider than a page.");
                first = last + 1;
            }
        }
    }

    // A unit is as wide as a digit of Arial 10, 7 of 96 pixels to the inch.
    private static double Width(IXLWorksheet sheet, int first, int last) =>
        Enumerable.Range(first, last - first + 1).Sum(c => sheet.Column(c).Width + 0.72) * 7 * 72 / 96;

    private static double PrintableWidth(IXLWorksheet sheet) =>
        (((sheet.PageSetup.PaperSize == XLPaperSize.A3Paper ? 420 : 297) / MillimetresToTheInch)
            - sheet.PageSetup.Margins.Left - sheet.PageSetup.Margins.Right) * 72;

    private static double PrintableHeight(IXLWorksheet sheet) =>
        ((210 / MillimetresToTheInch) - sheet.PageSetup.Margins.Top - sheet.PageSetup.Margins.Bottom) * 72;

    private static XLWorkbook Open(ProgressReport report) =>
        new(new MemoryStream(ProgressReportWorkbook.Write(report, TestContext.Current.CancellationToken)));
}
