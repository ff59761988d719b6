using System.Text;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>The workbook is a sound file for every program that reads it.</summary>
public sealed class WorkbookFileTests(DemoRun demo)
{
    [Fact]
    public void Workbooks_CheckedByTheOpenXmlValidator_HaveNoFault()
    {
        foreach (var workbook in new[] { demo.ToMc5, demo.SinceMc5 })
        {
            using var document = SpreadsheetDocument.Open(workbook.Path, isEditable: false);
            Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2019).Validate(document, TestContext.Current.CancellationToken)
                .Select(e => $"{e.Path?.XPath}: {e.Description}"));
        }
    }

    [Fact]
    public async Task Workbooks_ConvertedByLibreOffice_BecomeAPdf() =>
        Assert.All(await ConvertAsync(demo.ToMc5.Path, demo.SinceMc5.Path), pdf =>
            Assert.StartsWith("%PDF", pdf, StringComparison.Ordinal));

    [Fact]
    public async Task Briefs_ConvertedByLibreOffice_AreTwoPages() =>
        // A page's own object, not the tree of pages.
        Assert.All(await ConvertAsync(demo.BriefToMc5, demo.BriefSinceMc5), pdf =>
            Assert.Equal(2, Regex.Count(pdf, @"/Type\s*/Page\b(?!s)")));

    [Fact]
    public async Task Workbooks_ReadByOpenpyxl_HaveTheSameTexts()
    {
        // Texts only: how numbers and dates are written out is each reader's own.
        const string Script = """
            import openpyxl, sys
            for sheet in openpyxl.load_workbook(sys.argv[1]):
                for row in sheet.iter_rows():
                    for cell in row:
                        if isinstance(cell.value, str):
                            print(sheet.title + "!" + cell.coordinate + ": " + cell.value.replace("\n", "⏎"))
            """;
        var result = await RunningProcess.RunAsync(TestServers.Setting("PLATFORM_TEST_PYTHON"), ["-c", Script, demo.ToMc5.Path]);

        Assert.True(result.ExitCode == 0, result.Errors);
        var ours = demo.ToMc5.Cells.Select(c => c.Replace("\n", "⏎", StringComparison.Ordinal)).ToHashSet();
        var texts = result.Output.Split('\n').Where(line => !line.EndsWith(" UTC", StringComparison.Ordinal)).ToList();
        Assert.True(texts.Count > 500, $"Only {texts.Count} texts were read.");
        Assert.All(texts, line => Assert.Contains(line, ours));
    }

    // The files as LibreOffice prints them, byte for character.
    private static async Task<IReadOnlyList<string>> ConvertAsync(params string[] files)
    {
        var folder = Directory.CreateTempSubdirectory("platform-pdf-").FullName;
        try
        {
            var result = await RunningProcess.RunAsync("soffice",
                [$"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", folder, .. files]);

            Assert.True(result.ExitCode == 0, result.Errors);
            return
            [
                .. files.Select(f => Encoding.Latin1.GetString(File.ReadAllBytes(
                    Path.Combine(folder, Path.GetFileNameWithoutExtension(f) + ".pdf")))),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
