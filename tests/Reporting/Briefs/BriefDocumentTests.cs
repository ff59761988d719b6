using System.Globalization;
using ClosedXML.Excel;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;
using Platform.Meetings.V1;
using Platform.Reporting.Briefs;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Tests.Briefs;

/// <summary>The brief says in words what the workbook shows, and is a sound file.</summary>
public sealed class BriefDocumentTests
{
    [Theory]
    [InlineData("2013-03-05", "meetings/mc-4")]
    [InlineData("2013-04-02", "meetings/mc-5")]
    public void Write_File_IsValid(string asOf, string baseMeeting) =>
        AssertValid(BriefDocument.Write(TestRecord.Small().Report(asOf, baseMeeting)));

    [Fact]
    public void Write_Twice_IsTheSameFile()
    {
        var record = TestRecord.Small();
        record.Versions.Reverse();

        Assert.Equal(BriefDocument.Write(TestRecord.Small().Report("2013-03-05")), BriefDocument.Write(record.Report("2013-03-05")));
    }

    [Theory]
    [InlineData("2013-03-05", "meetings/mc-4")]
    [InlineData("2013-04-02", "meetings/mc-5")]
    public void Write_EveryFigure_IsThatOfTheWorkbook(string asOf, string baseMeeting)
    {
        var report = TestRecord.Small().Report(asOf, baseMeeting);
        using var book = new XLWorkbook(new MemoryStream(ProgressReportWorkbook.Write(report, TestContext.Current.CancellationToken)));
        var cells = FiguresOf(book.Worksheet("Summary"));

        using var brief = Open(BriefDocument.Write(report));
        var figures = brief.MainDocumentPart!.Document.Descendants<SdtRun>()
            .Select(s => (Tag: s.SdtProperties!.GetFirstChild<Tag>()!.Val!.Value!, Text: s.InnerText))
            .Where(s => s.Tag.Contains('/', StringComparison.Ordinal)).ToList();

        Assert.True(figures.Count >= 28, $"Only {figures.Count} figures.");
        Assert.All(figures, f => Assert.True(cells.TryGetValue(f.Tag, out var cell) && cell == f.Text,
            $"{f.Tag}: the brief says {f.Text}, the workbook {cells.GetValueOrDefault(f.Tag, "nothing")}."));
        // A number that stands in no control could not be compared: none does, but for days and the names of conferences.
        var words = brief.MainDocumentPart.Document.Body!.Elements<Paragraph>()
            .Where(p => p.ParagraphProperties?.ParagraphStyleId?.Val == "BodyText")
            .SelectMany(p => p.Elements<Run>().Select(r => r.InnerText)).ToList();
        Assert.DoesNotContain(words, w => w.Split(' ').Any(t => int.TryParse(t, CultureInfo.InvariantCulture, out _)));
    }

    [Fact]
    public void WithStanding_ChangesTheStandingAndNothingElse()
    {
        var before = BriefDocument.Write(TestRecord.Small().Report("2013-03-05"));

        var after = BriefDocument.WithStanding(before, "Endorsed by MC5 (MC5 ¶4)");

        AssertValid(after);
        var (old, changed) = (PackageParts.Of(before), PackageParts.Of(after));
        Assert.Equal(old.Keys, changed.Keys);
        Assert.Equal(["word/document.xml"], old.Keys.Where(k => old[k] != changed[k]));
        using var document = Open(after);
        Assert.Equal(Text(before).Replace("Draft: no meeting has considered it yet", "Endorsed by MC5 (MC5 ¶4)", StringComparison.Ordinal),
            document.MainDocumentPart!.Document.Body!.InnerText);
    }

    [Fact]
    public void Write_AnyText_ArrivesOrIsShortenedAndNeverBreaksTheFile()
    {
        var record = TestRecord.Small();
        var outcome = (Outcome)record.Versions.Single(v => v.ResourceName.EndsWith("para-23-4", StringComparison.Ordinal)).Record;
        string[] titles =
        [
            "=1+1", "a\u0000b\u000Bc", "مرحبا بالعالم", string.Concat(Enumerable.Repeat("😀", 400)), "\uD800", "<w:p>&", "_x003D_",
        ];
        foreach (var title in titles)
        {
            outcome.Title = title;
            AssertValid(BriefDocument.Write(record.Report("2013-03-05", title: title)));
        }
        outcome.Title = "مرحبا بالعالم <w:p>";
        Assert.Contains("مرحبا بالعالم <w:p>", Text(BriefDocument.Write(record.Report("2013-03-05"))), StringComparison.Ordinal);
    }

    // The figures of the first page by what they count, as the brief's tags name them.
    private static Dictionary<string, string> FiguresOf(IXLWorksheet summary)
    {
        var figures = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in new[] { 1, 6, 9 })
        {
            var block = "";
            foreach (var row in Enumerable.Range(1, summary.LastRowUsed().RowNumber()))
            {
                var (label, number) = (summary.Cell(row, column), summary.Cell(row, column + 1));
                if (label.IsEmpty())
                    continue;
                if (number.DataType != XLDataType.Number || number.IsEmpty())
                {
                    block = label.GetString();
                    continue;
                }
                if (block == "Commitments by level")
                {
                    foreach (var (axis, offset) in new[] { ("Self-reported", 1), ("By document", 2), ("Assessed", 3) })
                        figures[$"Level/{label.GetString()}/{axis}"] = summary.Cell(row, column + offset).GetString();
                }
                else
                {
                    figures[$"{(block == "Key figures" ? "Figure" : block)}/{label.GetString()}"] = number.GetString();
                }
            }
        }
        return figures;
    }

    private static void AssertValid(byte[] file)
    {
        using var document = Open(file);
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document, TestContext.Current.CancellationToken)
            .Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"));
    }

    private static string Text(byte[] file)
    {
        using var document = Open(file);
        return document.MainDocumentPart!.Document.Body!.InnerText;
    }

    private static WordprocessingDocument Open(byte[] file) => WordprocessingDocument.Open(new MemoryStream(file), isEditable: false);
}
