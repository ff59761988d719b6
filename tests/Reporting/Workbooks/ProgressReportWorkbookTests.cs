using System.Text;
using ClosedXML.Excel;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Tests.Workbooks;

public sealed class ProgressReportWorkbookTests
{
    private static readonly string[] Sheets =
        ["Cover", "Summary", "Taskings", "Commitments", "Traceability", "Earlier recommendations", "Recommendations sought", "Bodies",
            "Meetings", "Attendance", "Membership", "Contributions", "Attention", "Forward programme", "Changes",
            "Definitions", "Sources"];

    [Fact]
    public void Write_Sheets_StandInTheirOrder()
    {
        using var book = Open(TestRecord.Small().Report("2013-03-05"));

        Assert.Equal(Sheets, book.Worksheets.Select(s => s.Name));
    }

    [Theory]
    [InlineData("2013-03-05", "meetings/mc-4")]
    [InlineData("2013-04-02", "meetings/mc-5")]
    public void Write_File_IsValid(string asOf, string baseMeeting)
    {
        var file = ProgressReportWorkbook.Write(TestRecord.Small().Report(asOf, baseMeeting), TestContext.Current.CancellationToken);

        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        AssertValid(document);
        Assert.Equal(4, document.WorkbookPart!.WorksheetParts.SelectMany(p => p.DrawingsPart?.ChartParts ?? []).Count());
    }

    [Fact]
    public void Write_Twice_IsTheSameFile()
    {
        // A pause as long as a zip archive's clock is coarse would make the test slow; the packing
        // states no time at all, which the first assertion sees.
        var first = ProgressReportWorkbook.Write(TestRecord.Small().Report("2013-03-05"), TestContext.Current.CancellationToken);
        var record = TestRecord.Small();
        record.Versions.Reverse();
        var second = ProgressReportWorkbook.Write(record.Report("2013-03-05"), TestContext.Current.CancellationToken);

        using var archive = new System.IO.Compression.ZipArchive(new MemoryStream(first));
        Assert.All(archive.Entries, e => Assert.Equal(1980, e.LastWriteTime.Year));
        Assert.Equal(first, second);
    }

    [Fact]
    public void WithStanding_ChangesTheCoverAndNothingElse()
    {
        var before = ProgressReportWorkbook.Write(TestRecord.Small().Report("2013-03-05"), TestContext.Current.CancellationToken);

        var after = ProgressReportWorkbook.WithStanding(before, "Endorsed by MC5 (MC5 ¶4)");

        using (var document = SpreadsheetDocument.Open(new MemoryStream(after), isEditable: false))
            AssertValid(document);
        var (old, changed) = (PackageParts.Of(before), PackageParts.Of(after));
        Assert.Equal(old.Keys, changed.Keys);
        Assert.Equal(["xl/worksheets/sheet1.xml"], old.Keys.Where(k => old[k] != changed[k]));
        var (cellsBefore, cellsAfter) = (Cells(before), Cells(after));
        Assert.Equal([("Draft: no meeting has considered it yet", "Endorsed by MC5 (MC5 ¶4)")],
            cellsBefore.Zip(cellsAfter).Where(c => c.First != c.Second));

        static List<string> Cells(byte[] file)
        {
            using var book = new XLWorkbook(new MemoryStream(file));
            return [.. book.Worksheets.SelectMany(s => s.CellsUsed()).Select(c => c.GetFormattedString())];
        }
    }

    [Fact]
    public void Write_Properties_AreThoseOfTheReport()
    {
        using var book = Open(TestRecord.Small().Report("2013-03-05", title: "To Ministers"));

        Assert.Equal("To Ministers", book.Properties.Title);
        Assert.Equal("As of 5 Mar 2013, as known at 2026-01-02T03:04:05Z", book.Properties.Subject);
        Assert.Equal(TestRecord.Recorded.UtcDateTime, book.Properties.Created.ToUniversalTime());
        Assert.Equal(TestRecord.Recorded.UtcDateTime, book.Properties.Modified.ToUniversalTime());
    }

    [Fact]
    public void Write_Tables_HaveTheirHeadingInTheFirstRowFrozenFilteredAndRepeated()
    {
        using var book = Open(TestRecord.Small().Report("2013-04-02", "meetings/mc-5"));

        foreach (var sheet in book.Worksheets.Skip(2))
        {
            Assert.NotEqual(string.Empty, sheet.Cell(1, 1).GetString());
            Assert.Equal(1, sheet.SheetView.SplitRow);
            // Of the sheet that repeats a column too, ClosedXML reads neither.
            if (sheet.Name != "Attendance")
                Assert.Equal((1, 1), (sheet.PageSetup.FirstRowToRepeatAtTop, sheet.PageSetup.LastRowToRepeatAtTop));
            Assert.Equal(XLPageOrientation.Landscape, sheet.PageSetup.PageOrientation);
            Assert.Equal(XLPaperSize.A4Paper, sheet.PageSetup.PaperSize);
            // A sheet without rows has a sentence instead of a table.
            if (sheet.Cell(2, 2).IsEmpty())
            {
                Assert.Empty(sheet.Tables);
                continue;
            }
            var table = Assert.Single(sheet.Tables);
            Assert.Equal("tbl" + string.Concat(sheet.Name.Split(' ').Select(w => char.ToUpperInvariant(w[0]) + w[1..])), table.Name);
            Assert.True(table.ShowAutoFilter);
            Assert.Equal(sheet.RangeUsed().RangeAddress.ToString(), table.RangeAddress.ToString());
        }
        Assert.All(book.Worksheets, s => Assert.Empty(s.MergedRanges));
        foreach (var name in new[] { "Taskings", "Commitments", "Earlier recommendations", "Recommendations sought" })
            Assert.Equal("Reference", book.Worksheet(name).Cell(1, 1).GetString());
    }

    [Fact]
    public void Write_Tasking_IsOneRowInWords()
    {
        using var book = Open(TestRecord.Small().Report("2013-03-05"));
        var sheet = book.Worksheet("Taskings");

        Assert.Equal(2, sheet.LastRowUsed().RowNumber());
        Assert.Equal("AHG7 ¶3", Cell(sheet, 2, "Reference"));
        Assert.Equal("5 Mar 2013: A working group is proposed. [AHG7 ¶18]", Cell(sheet, 2, "What was done"));
        Assert.Equal("Limited", Cell(sheet, 2, "Self-reported"));
        Assert.Equal("Not assessed", Cell(sheet, 2, "Assessed"));
        Assert.Equal("Open; due soon", Cell(sheet, 2, "Closure and timeliness"));
    }

    [Fact]
    public void Write_TaskingWithSeveralCommitments_NumbersThem()
    {
        var record = TestRecord.Small();
        record.Add(new Commitment
        {
            Name = "commitments/another",
            Title = "Another",
            Kind = CommitmentKind.Request,
            Advances = { "meetings/mc-4/outcomes/tasking-4" }
        }, "2012-01-01");
        using var book = Open(record.Report("2013-03-05"));
        var sheet = book.Worksheet("Taskings");

        Assert.Equal("1. Cooperation on trafficking\n5 Mar 2013: A working group is proposed. [AHG7 ¶18]\n2. Another\nNo progress recorded",
            Cell(sheet, 2, "What was done"));
        Assert.Equal("1. Limited\n2. None reported", Cell(sheet, 2, "Self-reported"));
        Assert.Equal("1. Open; due soon\n2. Open; no deadline", Cell(sheet, 2, "Closure and timeliness"));
    }

    [Fact]
    public void Write_OfficialText_StandsBelowTheSummary()
    {
        var record = TestRecord.Small();
        var outcome = TestRecord.Outcome("ahg-som-7", "para-23-4", OutcomeKind.Recommendation, "ahg-som-7", "¶23, bullet 4",
            "Working group", "bodies/mc", 23);
        outcome.OfficialText = "a working group be established";
        record.Add(outcome, "2013-03-05", ChangeKind.Corrected, version: 2);
        using var book = Open(record.Report("2013-03-05"));
        var sheet = book.Worksheet("Recommendations sought");

        Assert.EndsWith("Official text: a working group be established", Cell(sheet, 2, "Summary"), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_RecommendationWithoutResponse_SaysSo()
    {
        using var book = Open(TestRecord.Small().Report("2013-04-02", "meetings/mc-5"));
        var sheet = book.Worksheet("Earlier recommendations");

        Assert.Equal("Adopted", Cell(sheet, 2, "Response"));
        Assert.Equal("MC5 bullet 2\n2 Apr 2013", Cell(sheet, 2, "Response stands in"));
        Assert.Equal("No recorded response", Cell(sheet, 3, "Response"));
        Assert.DoesNotContain(book.Worksheets.SelectMany(s => s.CellsUsed()), c => c.GetString()
            .Contains("reject", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Write_Attendance_HeadsWithShortNameAndDay()
    {
        using var book = Open(TestRecord.Small().Report("2013-03-05"));
        var sheet = book.Worksheet("Attendance");

        Assert.Equal("Participant", sheet.Cell(1, 1).GetString());
        Assert.Equal("AHG7, 5 Mar 2013", sheet.Cell(1, 5).GetString());
        Assert.Equal(["India", "In attendance", "Unknown", "Unknown", "Not listed"], Enumerable.Range(1, 5)
            .Select(c => sheet.Cell(2, c).GetString()));
    }

    [Fact]
    public void Write_Dates_AreDates()
    {
        using var book = Open(TestRecord.Small().Report("2013-03-05"));
        var cell = book.Worksheet("Meetings").Row(2).Cell(Column(book.Worksheet("Meetings"), "From"));

        Assert.Equal(XLDataType.DateTime, cell.DataType);
        Assert.Equal(new DateTime(2011, 3, 30, 0, 0, 0, DateTimeKind.Unspecified), cell.GetDateTime());
        Assert.Equal("d mmm yyyy", cell.Style.DateFormat.Format);
        Assert.Equal(XLDataType.DateTime, book.Worksheet("Cover").Cell(4, 3).DataType);
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("=HYPERLINK(\"http://example.org\")")]
    [InlineData("'quoted")]
    [InlineData("2013-03-05")]
    [InlineData("12345678901234567890")]
    [InlineData("{=A1}")]
    [InlineData("TRUE")]
    [InlineData("  spaces kept  ")]
    [InlineData("<a>&amp;</a>")]
    public void Write_UserText_StaysText(string text)
    {
        var record = TestRecord.Small();
        record.Add(new Commitment
        {
            Name = "commitments/a",
            Title = text,
            Summary = text,
            Kind = CommitmentKind.Request,
            Advances = { "meetings/mc-4/outcomes/tasking-4" }
        }, "2010-01-01");
        var file = ProgressReportWorkbook.Write(record.Report("2013-03-05", title: text), TestContext.Current.CancellationToken);
        using var book = new XLWorkbook(new MemoryStream(file));

        var cell = book.Worksheet("Commitments").Row(2).Cell(2);
        Assert.Equal($"{text}\n(Request)", cell.GetString());
        Assert.Equal(XLDataType.Text, cell.DataType);
        // Nor does it become a formula when somebody edits the cell.
        Assert.Equal(text[0] is '=' or '+' or '-' or '@', cell.Style.IncludeQuotePrefix);
        Assert.Equal(text, book.Worksheet("Cover").Cell(2, 3).GetString());
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        Assert.Empty(document.WorkbookPart!.WorksheetParts.SelectMany(
            p => p.Worksheet.Descendants<DocumentFormat.OpenXml.Spreadsheet.CellFormula>()));
        AssertValid(document);
    }

    [Fact]
    public void Write_ManyRows_AreAllInTheTableEachAsHighAsItsText()
    {
        const int Rows = 3000;
        var record = TestRecord.Small();
        for (var i = 0; i < Rows; i++)
        {
            record.Add(new Commitment
            {
                Name = $"commitments/many-{i:D5}",
                Title = $"Commitment number {i}",
                Summary = string.Concat(Enumerable.Repeat("a part of it 🧭; ", 1 + (i % 20))),
                Kind = CommitmentKind.Request,
            }, "2012-01-01");
        }
        var report = record.Report("2013-03-05");

        var file = ProgressReportWorkbook.Write(report, TestContext.Current.CancellationToken);

        // Several threads put the rows together.
        for (var i = 0; i < 3; i++)
            Assert.Equal(file, ProgressReportWorkbook.Write(report, TestContext.Current.CancellationToken));
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        AssertValid(document);
        var table = document.WorkbookPart!.WorksheetParts.SelectMany(p => p.TableDefinitionParts)
            .Single(t => t.Table.Name == "tblCommitments");
        Assert.Equal($"A1:K{report.Commitments.Count + 1}", table.Table.Reference);
        Assert.Equal(table.Table.Reference, table.Table.AutoFilter!.Reference);
        var rows = ((WorksheetPart)table.GetParentParts().Single()).Worksheet
            .Descendants<DocumentFormat.OpenXml.Spreadsheet.Row>().ToList();
        Assert.Equal(report.Commitments.Select(c => $"{c.Title}\n({Labels.Of(c.Kind)}{(c.Ongoing ? ", ongoing" : "")})"),
            rows.Skip(1).Select(r => r.Elements<DocumentFormat.OpenXml.Spreadsheet.Cell>().ElementAt(1).InnerText));
        Assert.All(report.Commitments.Zip(rows.Skip(1)), p => Assert.StartsWith(p.First.Summary,
            p.Second.Elements<DocumentFormat.OpenXml.Spreadsheet.Cell>().ElementAt(2).InnerText, StringComparison.Ordinal));
        var heights = rows.TakeLast(20).Select(r => r.Height!.Value).Distinct().ToList();
        Assert.True(heights.Count > 3 && heights.TrueForAll(h => h <= Reporting.Workbooks.Theme.MaxRowHeight), string.Join(", ", heights));
    }

    [Fact]
    public void Write_MoreLinksThanExcelTakes_LeavesTheRestWithoutOne()
    {
        const int Rows = 66_000;
        using var book = new XLWorkbook();
        var context = new WorkbookContext(TestRecord.Small().Report("2013-03-05")) { Sheet = "Links" };
        TableSheet.Write(book.AddWorksheet("Links"), context,
            [new Column<int>("Row", 10, r => Platform.Reporting.Workbooks.Cell.Of(r) with
            {
                Place = Platform.Reporting.Workbooks.Cell.PlaceOf("Links", 1),
            })], [.. Enumerable.Range(0, Rows)], "");

        var links = context.Tables.Single().LinkedCells;

        Assert.InRange(links, 60_000, 65_530);
        Assert.Throws<ReportException>(() => TableSheet.Write(book.AddWorksheet("Rows"), context,
            [new Column<int>("Row", 10, Platform.Reporting.Workbooks.Cell.Of)], new Numbers(1_048_576), ""));
    }

    // As many numbers as are asked for, none of which is kept.
    private sealed class Numbers(int count) : IReadOnlyList<int>
    {
        public int Count => count;

        public int this[int index] => index;

        public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, count).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    // Read from the file itself: ClosedXML leaves the coded underscore as it is.
    [Fact]
    public void Write_TextThatLooksCoded_IsMarkedAsTyped()
    {
        var record = TestRecord.Small();
        record.Add(new Commitment { Name = "commitments/a", Title = "_x0041_ and _xyz_", Kind = CommitmentKind.Request }, "2012-01-01");
        using var document = SpreadsheetDocument.Open(new MemoryStream(ProgressReportWorkbook.Write(record.Report("2013-03-05"),
            TestContext.Current.CancellationToken)),
            isEditable: false);

        // Coded once, and no more.
        Assert.Equal("_x005F_x0041_ and _xyz_\n(Request)", Assert.Single(document.WorkbookPart!.WorksheetParts
            .SelectMany(p => p.Worksheet.Descendants<DocumentFormat.OpenXml.Spreadsheet.InlineString>()).Select(s => s.InnerText),
            s => s.Contains("_xyz_", StringComparison.Ordinal) && s.Contains("Request", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("2013 R&D & P ", 'x', "&8 2013 R&&D && P")]
    [InlineData("", '&', "&&&&&&")]
    public void Write_TitleOfCodesAndDigits_LeavesTheFooterReadable(string begin, char filler, string expected)
    {
        using var book = Open(TestRecord.Small().Report("2013-03-05", title: begin + new string(filler, 187)));

        var footer = book.Worksheet("Summary").PageSetup.Footer.GetText(XLHFOccurrence.OddPages);
        Assert.Contains(expected, footer, StringComparison.Ordinal);
        Assert.True(footer.Length <= 255, footer);
    }

    [Fact]
    public void Write_TitleThatIsCutAtAnEmoji_LeavesTheFileReadable()
    {
        for (var length = 105; length < 112; length++)
        {
            using var book = Open(TestRecord.Small().Report("2013-03-05", title: new string('x', length) + "😀😀😀😀"));
            Assert.Contains("xxx", book.Worksheet("Summary").PageSetup.Footer.GetText(XLHFOccurrence.OddPages), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Clean_ControlCharactersAndHalfSurrogates_AreRemoved() =>
        Assert.Equal("a\nb c😀d", CellText.Clean("a\r\nb\tc\u0000\u0007😀\uD800d\uFFFF\u0085"));

    [Fact]
    public void Clean_TooLong_IsCutWithANote()
    {
        var cut = CellText.Clean(new StringBuilder().Insert(0, "😀", 20000).ToString());

        Assert.True(cut.Length <= 32767);
        Assert.EndsWith(CellText.CutNote, cut, StringComparison.Ordinal);
        Assert.DoesNotContain("\uFFFD", Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_VeryLongNarrative_FitsTheHighestRowAndIsValid()
    {
        var record = TestRecord.Small();
        record.Add(new ProgressUpdate
        {
            Name = "commitments/trafficking/progressUpdates/z",
            Narrative = string.Concat(Enumerable.Repeat("Much was done. ", 2500))
        }, "2013-03-05");
        var file = ProgressReportWorkbook.Write(record.Report("2013-03-05"), TestContext.Current.CancellationToken);
        using var book = new XLWorkbook(new MemoryStream(file));

        Assert.All(book.Worksheets.SelectMany(s => s.RowsUsed()), r => Assert.InRange(r.Height, 1, 409));
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        AssertValid(document);
    }

    [Fact]
    public void Write_NothingButTheConference_SaysSoInOneSentenceEach()
    {
        var record = new TestRecord().Add(TestRecord.Meeting("mc-4", "MC4", MeetingKind.MinisterialConference, "2011-03-30", listed: false),
            "2011-03-30");
        var file = ProgressReportWorkbook.Write(record.Report("2013-03-05"), TestContext.Current.CancellationToken);
        using var book = new XLWorkbook(new MemoryStream(file));

        Assert.Equal("The record holds no tasking or decision of MC4.", book.Worksheet("Taskings").Cell(2, 1).GetString());
        Assert.Equal("The record holds no commitment that was open at MC4 or made since.", book.Worksheet("Commitments").Cell(2, 1)
            .GetString());
        Assert.Equal("The record holds no recommendation made to Ministers for MC4.", book.Worksheet("Earlier recommendations").Cell(2, 1)
            .GetString());
        Assert.Equal("The record holds no recommendation made to Ministers since MC4.", book.Worksheet("Recommendations sought").Cell(2, 1)
            .GetString());
        Assert.Equal("The record holds no participant.", book.Worksheet("Attendance").Cell(2, 1).GetString());
        Assert.Equal("The record holds no step of standing.", book.Worksheet("Membership").Cell(2, 1).GetString());
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        AssertValid(document);
    }

    [Fact]
    public void Write_FiguresOfTheSummary_LeadToTheirSheets()
    {
        using var book = Open(TestRecord.Small().Report("2013-03-05"));

        var links = book.Worksheet("Summary").CellsUsed().Where(c => c.HasHyperlink).Select(c => c.Hyperlink.InternalAddress).Distinct()
            .ToList();
        string[] counted = ["Taskings", "Commitments", "Earlier recommendations", "Recommendations sought", "Meetings", "Attendance",
            "Membership", "Attention", "Sources"];
        Assert.All(counted, s => Assert.Contains(links, l => l == $"'{s}'!A1"));
        Assert.Equal(Sheets.Skip(1), book.Worksheet("Cover").CellsUsed().Where(c => c.HasHyperlink).Select(c => c.GetString()));
    }

    [Fact]
    public void Write_DecisionsSought_AreOnTheSummaryWithThoseThatWaitFirst()
    {
        var record = TestRecord.Small();
        for (var i = 0; i < 9; i++)
        {
            record.Add(TestRecord.Outcome("ahg-som-7", $"s-{i}", OutcomeKind.Recommendation, "ahg-som-7", $"¶30, item {i}", $"Sought {i}",
                "bodies/mc", sequence: 30 + i), "2013-03-05");
        }
        record.Add(new RecommendationResponse
        {
            Name = "meetings/ahg-som-7/outcomes/s-0/responses/mc-5",
            Status = ResponseStatus.Noted,
            RespondingMeeting = "meetings/mc-5",
        }, "2013-03-05");
        using var book = Open(record.Report("2013-03-05"));

        var sheet = book.Worksheet("Summary");
        var heading = sheet.Column(1).CellsUsed().Single(c => c.GetString() == "Decisions sought").Address.RowNumber;
        var lines = Enumerable.Range(heading + 1, 9).Select(r => (sheet.Cell(r, 1).GetString(), sheet.Cell(r, 7).GetString())).ToList();
        Assert.Equal(("AHG7 ¶23, bullet 4: Working group", "Ministers have yet to speak"), lines[0]);
        Assert.Equal(("AHG7 ¶30, item 6: Sought 6", "Ministers have yet to speak"), lines[7]);
        Assert.Equal(("and 3 more on the sheet Recommendations sought", ""), lines[8]);
    }

    private static void AssertValid(SpreadsheetDocument document) => Assert.Empty(
        new OpenXmlValidator(FileFormatVersions.Office2013)
            .Validate(document, TestContext.Current.CancellationToken)
            .Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"));

    private static XLWorkbook Open(ProgressReport report) => new(new MemoryStream(ProgressReportWorkbook.Write(report,
        TestContext.Current.CancellationToken)));

    private static string Cell(IXLWorksheet sheet, int row, string header) => sheet.Cell(row, Column(sheet, header)).GetString();

    private static int Column(IXLWorksheet sheet, string header) =>
        sheet.Row(1).CellsUsed().Single(c => c.GetString() == header).Address.ColumnNumber;
}
