using System.Text.RegularExpressions;
using Platform.Commands;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>The official text comes from the user's own copies of the documents.</summary>
public sealed partial class DocumentTests
{
    private const string Missing = "The copies of the five documents are not beside this repository (../shared/seeds).";

    [Fact]
    public async Task Import_WithADocumentOfWhichOneByteChanged_RefusesItByNameUntilItIsAsItWas()
    {
        Assert.SkipUnless(Directory.Exists(Repository.Documents), Missing);
        await using var platform = await PlatformProcess.StartAsync();
        var copies = Directory.CreateDirectory(Path.Combine(platform.Folder, "copies")).FullName;
        foreach (var file in Directory.GetFiles(Repository.Documents))
            File.Copy(file, Path.Combine(copies, Path.GetFileName(file)));
        var changed = Directory.GetFiles(copies, "002_*").Single();
        var bytes = await File.ReadAllBytesAsync(changed, TestContext.Current.CancellationToken);
        bytes[100] ^= 1;
        File.SetAttributes(changed, FileAttributes.Normal);
        await File.WriteAllBytesAsync(changed, bytes, TestContext.Current.CancellationToken);

        var result = await PlatformCommand.RunAsync(["import", Repository.Record, .. platform.Connection, "--documents", copies]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(Path.GetFileName(changed), result.Output + result.Errors, StringComparison.Ordinal);
        var outcomes = await platform.OutcomesAsync();
        Assert.All(outcomes.Where(o => o.Locator.Document == "documents/mc-5"), o => Assert.Empty(o.OfficialText));
        Assert.All(outcomes.Where(o => o.Locator.Document == "documents/ahg-som-7"), o => Assert.NotEmpty(o.OfficialText));

        await platform.ImportAsync("--documents", Repository.Documents);

        var texts = Directory.GetFiles(Repository.Documents).Select(f => Words(File.ReadAllText(f))).ToList();
        outcomes = await platform.OutcomesAsync();
        Assert.Equal(132, outcomes.Count);
        Assert.All(outcomes, outcome =>
        {
            Assert.NotEmpty(outcome.OfficialText);
            // Spans of one outcome may stand apart, such as a lead-in and its bullet: each stands in one document as it is.
            Assert.Contains(texts, text => StandsIn(text, Words(outcome.OfficialText).Split(' '), outcome.Locator.Spans.Count));
        });
    }

    private static bool StandsIn(string text, string[] words, int runs)
    {
        if (text.Contains(string.Join(' ', words), StringComparison.Ordinal))
            return true;
        if (runs == 1)
            return false;
        for (var length = words.Length - 1; length > 0; length--)
        {
            if (text.Contains(string.Join(' ', words[..length]), StringComparison.Ordinal))
                return StandsIn(text, words[length..], runs - 1);
        }
        return false;
    }

    private static string Words(string text) => WhiteSpace().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex WhiteSpace();
}
