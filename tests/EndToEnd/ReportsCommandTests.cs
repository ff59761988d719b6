using System.Text.Json;
using Platform.Hosting.Identity;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary><c>platform reports</c> and <c>platform schedules</c>, as an officer types them.</summary>
public sealed class ReportsCommandTests(EmbeddedRun embedded)
{
    private ServedPlatform Platform => embedded.Platform;

    [Fact]
    public async Task Reports_FromDraftToEndorsement_AreListedComparedAndSayWhatBecameOfThem()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Platform.Folder, "reports-command")).FullName;
        string[] base4 = ["report", "--base", "meetings/mc-4", "--title", "To Ministers"];
        (await Platform.RunAsync([.. base4, "--as-of", "2012-06-06", "--name", "reports/early", "--out", $"{folder}/first.xlsx"]))
            .Succeeded();
        var second = await Platform.RunAsync([.. base4, "--as-of", "2013-03-05", "--name", "reports/late",
            "--out", $"{folder}/second.xlsx", "--docx", $"{folder}/second.docx", "--compare-with", "reports/early"]);
        second.Succeeded();
        Assert.Equal([$"{folder}/second.xlsx", $"{folder}/second.docx"], second.Lines.TakeLast(2));

        var compared = await Platform.RunAsync("reports", "compare", "reports/early", "reports/late");
        var book = new Workbook($"{folder}/second.xlsx");
        Assert.Equal($"{book.Tables["Changes"].Count} differences.", compared.Lines[^1]);
        // What AHG7 recommended came after the day of the first.
        Assert.Contains(book.Tables["Changes"], row => row is { } r && r["Sheet"] == "Recommendations sought" && r["Change"] == "New"
            && r["Why it differs"] == "Came about since" && r["Reference"] == "AHG7 ¶23, bullet 4");
        Assert.All(book.Tables["Changes"], row => Assert.Equal("Came about since", row["Why it differs"]));

        var endorsed = await Platform.RunAsync("reports", "endorse", "reports/late", "--meeting", "meetings/mc-5", "--document",
            "documents/mc-5", "--paragraph", "¶1");
        Assert.Equal("reports/late: Endorsed by MC5 (MC5 ¶1). Its files say so now; download them again.", endorsed.Lines[^1]);
        Assert.Equal(1, (await Platform.RunAsync("reports", "consider", "reports/late", "--meeting", "meetings/mc-5")).ExitCode);
        (await Platform.RunAsync("reports", "download", "reports/late", "--out", $"{folder}/endorsed.xlsx")).Succeeded();
        Assert.Contains(new Workbook($"{folder}/endorsed.xlsx").Cells, c => c.EndsWith(": Endorsed by MC5 (MC5 ¶1)",
            StringComparison.Ordinal));

        var listed = await Platform.RunAsync("reports", "list");
        Assert.Contains(listed.Lines, l => l.Contains("reports/late", StringComparison.Ordinal)
            && l.Contains("since meetings/mc-4", StringComparison.Ordinal) && l.Contains("Endorsed by MC5", StringComparison.Ordinal));
        using var forPrograms = JsonDocument.Parse((await Platform.RunAsync("reports", "list", "--json")).Succeeded());
        Assert.Contains(forPrograms.RootElement.EnumerateArray(), r => r.GetProperty("name").GetString() == "reports/late"
            && r.GetProperty("standing").GetString() == "REPORT_STANDING_ENDORSED" && r.GetProperty("asOf").GetString() == "2013-03-05");
        using var differences = JsonDocument.Parse(
            (await Platform.RunAsync("reports", "compare", "reports/early", "reports/late", "--json")).Succeeded());
        Assert.Equal(book.Tables["Changes"].Count, differences.RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Schedules_AddedRunAndDeleted_SayWhatHappens()
    {
        var added = await Platform.RunAsync("schedules", "add", "schedules/yearly", "--title", "Yearly", "--cron", "0 6 1 1 *",
            "--time-zone", "Asia/Jakarta");
        Assert.StartsWith("schedules/yearly is due next on 20", added.Lines[^1], StringComparison.Ordinal);
        Assert.EndsWith("-12-31 23:00 UTC.", added.Lines[^1], StringComparison.Ordinal);
        Assert.Contains("has not run yet", (await Platform.RunAsync("schedules", "runs", "schedules/yearly")).Output,
            StringComparison.Ordinal);

        using var listed = JsonDocument.Parse((await Platform.RunAsync("schedules", "list", "--json")).Succeeded());
        Assert.Contains(listed.RootElement.EnumerateArray(), s => s.GetProperty("name").GetString() == "schedules/yearly");
        (await Platform.RunAsync("schedules", "run", "schedules/yearly")).Succeeded();
        var runs = "";
        await Eventually.IsTrueAsync(async () =>
        {
            runs = (await Platform.RunAsync("schedules", "runs", "schedules/yearly")).Succeeded();
            return runs.Contains("ready", StringComparison.Ordinal);
        });
        Assert.Contains("reports/yearly-", runs, StringComparison.Ordinal);

        var refused = await Platform.RunAsync("schedules", "add", "schedules/often", "--title", "Often", "--cron", "* * * * *");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("at least 15 minutes apart", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await Platform.RunAsync("schedules", "add", "schedules/never", "--title", "Never")).ExitCode);
        var reader = await RunningProcess.RunPlatformAsync(["schedules", "list", .. Platform.ConnectionAs(Role.Reader)]);
        Assert.Equal(1, reader.ExitCode);
        Assert.Contains("role", reader.Errors, StringComparison.Ordinal);

        (await Platform.RunAsync("schedules", "delete", "schedules/yearly")).Succeeded();
        Assert.Equal("There is no schedule.", (await Platform.RunAsync("schedules", "list")).Lines[^1]);
    }
}
