using System.Globalization;
using ClosedXML.Excel;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;
using Platform.Meetings.V1;
using Platform.Reporting.Briefs;
using Platform.Reporting.Workbooks;
using Document = DocumentFormat.OpenXml.Wordprocessing.Document;

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_OnASecretariatsTemplate_KeepsItsPageAndStyles(bool hasStyles)
    {
        var report = TestRecord.Small().Report("2013-03-05");
        var template = Template(hasStyles);

        var file = BriefDocument.Write(report, template);

        AssertValid(file);
        Assert.Equal(file, BriefDocument.Write(report, template));
        using var brief = Open(file);
        var main = brief.MainDocumentPart!;
        Assert.Equal("Ministry of Somewhere", main.HeaderParts.Single().Header.InnerText);
        Assert.Equal(12240u, main.Document.Body!.GetFirstChild<SectionProperties>()!.GetFirstChild<PageSize>()!.Width!.Value);
        Assert.DoesNotContain("Text of the template", main.Document.InnerText, StringComparison.Ordinal);
        // All that the other brief says, in styles that there are.
        Assert.Equal(Text(BriefDocument.Write(report)), main.Document.Body.InnerText);
        var styles = main.StyleDefinitionsPart!.Styles!.Elements<Style>().Select(s => s.StyleId!.Value).ToList();
        Assert.Equal(styles.Distinct(), styles);
        Assert.All(main.Document.Descendants<ParagraphStyleId>().Select(s => s.Val!.Value)
            .Concat(main.Document.Descendants<TableStyle>().Select(s => s.Val!.Value)), s => Assert.Contains(s, styles));
        // A list of its own beside those that the template has.
        var list = main.StyleDefinitionsPart.Styles.Descendants<NumberingId>().Last().Val!.Value;
        Assert.Single(main.NumberingDefinitionsPart!.Numbering.Elements<NumberingInstance>(), n => n.NumberID! == list);
        if (hasStyles)
        {
            var heading = main.Document.Descendants<Paragraph>().First(p => p.InnerText == "Implementation of the commitments");
            Assert.Equal("Berschrift1", heading.ParagraphProperties!.ParagraphStyleId!.Val!.Value);
            Assert.DoesNotContain("Heading1", styles);
        }
    }

    [Fact]
    public void Write_OnASecretariatsTemplate_TakesAStandingToo()
    {
        var file = BriefDocument.WithStanding(BriefDocument.Write(TestRecord.Small().Report("2013-03-05"), Template(true)), "Endorsed");

        AssertValid(file);
        Assert.Contains("Endorsed", Text(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no.docx", null, "cannot be used as the template of briefs")]
    [InlineData("text.docx", "words", "cannot be used as the template of briefs")]
    [InlineData("sheet.docx", "xlsx", "cannot be used as the template of briefs")]
    [InlineData("cut.docx", "cut", "cannot be used as the template of briefs")]
    public void Read_WhatIsNoTemplate_IsRefusedWithASentence(string name, string? content, string expected)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("platform-template-").FullName, name);
        if (content is not null)
        {
            File.WriteAllBytes(path, content switch
            {
                "xlsx" => ProgressReportWorkbook.Write(TestRecord.Small().Report("2013-03-05"), TestContext.Current.CancellationToken),
                "cut" => Template(true)[..^100],
                _ => System.Text.Encoding.UTF8.GetBytes(content),
            });
        }

        var refused = Assert.Throws<InvalidDataException>(() => SecretariatTemplate.Read(path));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.StartsWith($"\"{path}\"", refused.Message, StringComparison.Ordinal);
    }

    // As Word in German writes it: the ids of styles are translated, their names are not. A template (.dotx) on US paper.
    private static byte[] Template(bool hasStyles)
    {
        using var file = new MemoryStream();
        using (var document = WordprocessingDocument.Create(file, WordprocessingDocumentType.Template))
        {
            var main = document.AddMainDocumentPart();
            main.AddNewPart<HeaderPart>("rId7").Header = new Header(new Paragraph(new Run(new Text("Ministry of Somewhere"))));
            if (hasStyles)
            {
                main.AddNewPart<StyleDefinitionsPart>("rId1").Styles = new Styles(
                    new Style(new StyleName { Val = "Normal" }) { Type = StyleValues.Paragraph, StyleId = "Standard", Default = true },
                    new Style(new StyleName { Val = "heading 1" }, new BasedOn { Val = "Standard" })
                    {
                        Type = StyleValues.Paragraph,
                        StyleId = "Berschrift1",
                    });
                main.AddNewPart<NumberingDefinitionsPart>("rId2").Numbering = new Numbering(
                    new AbstractNum(new MultiLevelType { Val = MultiLevelValues.SingleLevel }) { AbstractNumberId = 3 },
                    new NumberingInstance(new AbstractNumId { Val = 3 }) { NumberID = 5 });
            }
            main.Document = new Document(new Body(new Paragraph(new Run(new Text("Text of the template"))), new SectionProperties(
                new HeaderReference { Type = HeaderFooterValues.Default, Id = "rId7" }, new PageSize { Width = 12240, Height = 15840 })));
        }
        return file.ToArray();
    }

    // The figures of the first page by what they count, as the brief's tags name them.
    private static Dictionary<string, string> FiguresOf(IXLWorksheet summary)
    {
        var figures = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (column, last) in new[] { (1, 4), (6, 8), (10, 11), (13, 14) })
        {
            var block = "";
            foreach (var row in Enumerable.Range(1, summary.LastRowUsed().RowNumber()))
            {
                var label = summary.Cell(row, column);
                var numbers = summary.Range(row, column + 1, row, last).Cells()
                    .Where(c => c.DataType == XLDataType.Number && !c.IsEmpty()).Select(c => c.GetString()).ToList();
                if (label.IsEmpty())
                    continue;
                if (numbers.Count == 0)
                {
                    block = label.GetString();
                    continue;
                }
                if (block == "Commitments by level")
                {
                    foreach (var (axis, number) in new[] { "Self-reported", "By document", "Assessed" }.Zip(numbers))
                        figures[$"Level/{label.GetString()}/{axis}"] = number;
                }
                else
                {
                    figures[$"{(block == "Key figures" ? "Figure" : block)}/{label.GetString()}"] = numbers[^1];
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
