using System.Text.RegularExpressions;
using ClosedXML.Excel;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using Platform.Reporting.Briefs;
using Platform.Reporting.Language;
using Platform.Reporting.Reports;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Tests.Language;

/// <summary>The report's own words are in the language of the report, all of them, and the record's are as they were recorded.</summary>
public sealed partial class WordingTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Others => [.. Wording.Languages.Except([Wording.English])];

    [Fact]
    public void Languages_AreThoseOfTheFiles() => Assert.Equal(["en", "fr", "id"], Wording.Languages);

    [Theory, MemberData(nameof(Others))]
    public void Translation_OfEverySentence_HasThePartsOfTheEnglish(string language)
    {
        foreach (var (english, translated) in Wording.WordsOf(language))
        {
            Assert.Equal(Parts().Matches(english).Select(m => m.Value).Order(), Parts().Matches(translated).Select(m => m.Value).Order());
            Assert.Equal(english[^1] == ' ', translated[^1] == ' ');
            Assert.NotEqual(0, translated.Trim().Length);
        }
    }

    [Theory, MemberData(nameof(Others))]
    public void Translation_HasEveryWordOfEveryKind(string language)
    {
        using var use = Wording.In(language);
        // What enumerations are called, whether a report of a test has them or not.
        foreach (var label in typeof(Labels).GetMethods().Where(m => m.GetParameters() is [{ ParameterType.IsEnum: true }]))
        {
            foreach (var value in Enum.GetValues(label.GetParameters()[0].ParameterType))
                label.Invoke(null, [value]);
        }
        foreach (var month in Enumerable.Range(1, 12))
            Labels.Of(new DateOnly(2013, month, 1));
        foreach (var report in Reports())
        {
            ProgressReportWorkbook.Write(report(), Cancel);
            BriefDocument.Write(report());
        }

        Assert.Empty(Wording.Now.Missing);
    }

    [Theory, MemberData(nameof(Others))]
    public void Write_InAnotherLanguage_IsTheSameWorkbookInOtherWords(string language)
    {
        var english = Texts(Write(Reports()[0]));
        using var use = Wording.In(language);
        var file = Write(Reports()[0]);
        var other = Texts(file);

        Assert.Equal(english.Select(s => s.Cells.Count), other.Select(s => s.Cells.Count));
        var names = Platform.Reporting.Workbooks.Sheets.All.Select(s => Wording.Of(s.Name)).ToList();
        Assert.Equal(names, other.Take(names.Count).Select(s => s.Name));
        using var document = SpreadsheetDocument.Open(new MemoryStream(file), isEditable: false);
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2013).Validate(document, Cancel)
            .Select(e => $"{e.Path?.XPath}: {e.Description}"));
        Assert.Equal(Wording.Now.Tag, document.PackageProperties.Language);
        var sheets = other.Select(s => $"'{s.Name}'").ToHashSet();
        var book = document.WorkbookPart!;
        Assert.All(book.WorksheetParts.SelectMany(p => p.Worksheet.Descendants<Hyperlink>()).Where(h => h.Location is not null),
            h => Assert.Contains(h.Location!.Value!.Split('!')[0], sheets));
        var tables = book.WorksheetParts.SelectMany(p => p.TableDefinitionParts).Select(t => t.Table).ToList();
        // Formulas and programs find a table by the same name whatever the language.
        Assert.Contains(tables, t => t.Name == "tblCommitments");
        Assert.All(tables, t => Assert.Distinct(t.TableColumns!.Elements<TableColumn>().Select(c => c.Name!.Value!.ToUpperInvariant())));
        Assert.Contains(book.WorkbookStylesPart!.Stylesheet.NumberingFormats!.Elements<NumberingFormat>(),
            f => f.FormatCode == Wording.Now.DateFormat);
    }

    [Theory, MemberData(nameof(Others))]
    public void WithStanding_OfAnotherLanguage_IsOnTheCover(string language)
    {
        byte[] file;
        using (Wording.In(language))
            file = Write(Reports()[0]);

        var standing = Texts(ProgressReportWorkbook.WithStanding(file, "Standing in a language"))[0];

        Assert.Contains("Standing in a language", standing.Cells);
    }

    [Fact]
    public void Write_EveryTextThatIsNotOfTheRecord_IsTranslated()
    {
        // Each word of the report in brackets: what stands outside them is of the record, or was forgotten.
        using var use = Wording.In(english => $"⟦{english}⟧");
        foreach (var report in Reports().Select(r => r()))
        {
            var record = Words().Matches(string.Join(' ', Recorded().Select(r => r.ToString()))).Select(m => m.Value).ToHashSet();
            // Sheet names have at most 31 characters, with the brackets.
            var texts = Texts(ProgressReportWorkbook.Write(report, Cancel)).SelectMany(s => s.Cells)
                .Concat(BriefTexts(BriefDocument.Write(report)));
            foreach (var text in texts)
            {
                var outside = text;
                while (Bracketed().IsMatch(outside))
                    outside = Bracketed().Replace(outside, " ");
                Assert.All(Words().Matches(outside).Select(m => m.Value), word => Assert.True(record.Contains(word),
                    $"“{word}” in “{text}” is not translated."));
            }
        }
    }

    private static byte[] Write(Func<ProgressReport> report) => ProgressReportWorkbook.Write(report(), Cancel);

    // Built when asked for: in the language in use then.
    private static List<Func<ProgressReport>> Reports() =>
    [
        () => Record().Report("2013-03-05", title: "Title"),
        () => Record().Report("2013-04-02", "meetings/mc-5", title: "Title"),
        () => new TestRecord().Add(TestRecord.Meeting("mc-4", "MC4", Platform.Meetings.V1.MeetingKind.MinisterialConference, "2011-03-30",
            listed: false), "2011-03-30").Report("2011-04-02", title: "Title"),
    ];

    private static TestRecord Record() => TestRecord.Small();

    private static IEnumerable<object> Recorded() => Record().Versions.Select(v => v.Record)
        .Append<object>("Title AHG MC4 UTC SHA Conference title Progress TITLE Excel");

    private static List<(string Name, List<string> Cells)> Texts(byte[] file)
    {
        using var book = new XLWorkbook(new MemoryStream(file));
        return [.. book.Worksheets.Select(s => (s.Name, s.CellsUsed().Where(c => c.DataType == XLDataType.Text).Select(c => c.GetString())
            .ToList()))];
    }

    private static List<string> BriefTexts(byte[] file)
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(file), isEditable: false);
        return [.. document.MainDocumentPart!.Document.Descendants<DocumentFormat.OpenXml.Wordprocessing.Paragraph>()
            .Select(p => p.InnerText)];
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parts();

    [GeneratedRegex("⟦[^⟦⟧]*⟧", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"\p{L}{3,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}
