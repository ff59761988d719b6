using System.CommandLine;
using System.Globalization;
using Platform.Common.V1;
using Platform.Reporting.V1;
using Platform.Tool.Client;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary><c>platform reports</c>: the reports that there are, how they differ, and what became of them at meetings.</summary>
internal static class ReportsCommand
{
    public static Command Create() => new("reports", "The reports that were built, how they differ, and what became of them at meetings.")
    {
        CreateList(),
        CreateDownload(),
        CreateCompare(),
        CreateStep("consider", "Records that a meeting considered a report, which stays as it is from then on.",
            (reports, name, meeting, source, cancel) => reports.ConsiderAsync(name, meeting, source, cancel)),
        CreateStep("endorse", "Records that a meeting endorsed a report, which stays as it is from then on.",
            (reports, name, meeting, source, cancel) => reports.EndorseAsync(name, meeting, source, cancel)),
    };

    private static Command CreateList()
    {
        var json = JsonOption.Create();
        var command = new Command("list", "Lists the reports: for which conference, which version, as of when, and their state.") { json };
        Connect(command, async (parsed, reports, cancel) =>
        {
            var found = await reports.ListAsync(cancel);
            if (parsed.GetValue(json))
            {
                JsonOption.Write(found);
                return;
            }
            if (found.Count == 0)
            {
                Terminal.WriteLine("There is no report.");
                return;
            }
            Terminal.WriteTable(["NAME", "CONFERENCE", "VERSION", "AS OF", "KNOWN AT (UTC)", "STATE"],
            [
                .. found.Select(r => (IReadOnlyList<string>)
                [
                    r.Name,
                    r.TargetMeeting.Length > 0 ? r.TargetMeeting : $"since {r.BaseMeeting}",
                    r.Version == 0 ? "–" : r.Version.ToString(CultureInfo.InvariantCulture),
                    r.AsOf,
                    r.KnownAt.ToDateTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    StateOf(r),
                ]),
            ]);
        });
        return command;
    }

    private static Command CreateDownload()
    {
        var name = NameArgument("NAME");
        var outFile = new Option<string?>("--out") { Description = "The workbook to write.", HelpName = "FILE" };
        var brief = new Option<string?>("--docx") { Description = "The brief to write.", HelpName = "FILE" };
        var command = new Command("download", "Writes the workbook of a report, its brief, or both.") { name, outFile, brief };
        command.Validators.Add(result =>
        {
            if (result.GetValue(outFile) is null && result.GetValue(brief) is null)
                result.AddError("Name a file: --out FILE for the workbook, --docx FILE for the brief.");
        });
        Connect(command, async (parsed, reports, cancel) =>
        {
            var report = await reports.GetAsync(parsed.GetValue(name)!, cancel);
            foreach (var (file, format) in new[]
            {
                (parsed.GetValue(outFile), ReportFormat.Workbook),
                (parsed.GetValue(brief), ReportFormat.Brief),
            })
            {
                if (file is null)
                    continue;
                await reports.WriteAsync(report, format, file, cancel);
                Terminal.WriteLine(file);
            }
        });
        return command;
    }

    private static Command CreateCompare()
    {
        var (earlier, later) = (NameArgument("EARLIER"), NameArgument("LATER"));
        var json = JsonOption.Create();
        var command = new Command("compare", "Tells what is different between two reports.") { earlier, later, json };
        Connect(command, async (parsed, reports, cancel) =>
        {
            var changes = await reports.CompareAsync(parsed.GetValue(earlier)!, parsed.GetValue(later)!, cancel);
            if (parsed.GetValue(json))
            {
                JsonOption.Write(changes);
                return;
            }
            foreach (var change in changes)
            {
                Terminal.WriteLine($"{change.Sheet}: {change.Title}{(change.Reference.Length > 0 ? $" [{change.Reference}]" : "")}");
                Terminal.WriteLine($"  {KindOf(change.Kind)}; {CauseOf(change.Cause)}");
                foreach (var field in change.Fields)
                {
                    var texts = new[] { field.Before, field.After }.Where(t => t.Length > 0);
                    Terminal.WriteLine($"  {field.Label}: {string.Join(" -> ", texts)}");
                }
            }
            Terminal.WriteLine(changes.Count == 0 ? "Nothing is different." : $"{Terminal.Count(changes.Count, "difference")}.");
        });
        return command;
    }

    private static Command CreateStep(string verb, string description,
        Func<ReportClient, string, string, SourceReference?, CancellationToken, Task<Report>> record)
    {
        var name = NameArgument("NAME");
        var meeting = new Option<string>("--meeting")
        {
            Description = "The meeting that did so, for example meetings/mc-5.",
            Required = true,
            HelpName = "MEETING",
        };
        var document = new Option<string?>("--document")
        {
            Description = "The document that says so, for example documents/mc-5.",
            HelpName = "DOCUMENT",
        };
        var paragraph = new Option<string?>("--paragraph") { Description = "The place in it, for example ¶3.", HelpName = "TEXT" };
        var command = new Command(verb, description) { name, meeting, document, paragraph };
        Connect(command, async (parsed, reports, cancel) =>
        {
            var (where, place) = (parsed.GetValue(document), parsed.GetValue(paragraph));
            var source = where is null && place is null ? null : new SourceReference { Document = where ?? "", Paragraph = place ?? "" };
            var report = await record(reports, parsed.GetValue(name)!, parsed.GetValue(meeting)!, source, cancel);
            Terminal.WriteLine($"{report.Name}: {report.StandingText}. Its files say so now; download them again.");
        });
        return command;
    }

    private static Argument<string> NameArgument(string label) =>
        new(label) { Description = "The report's name, for example reports/mc-5." };

    private static string StateOf(Report report) => report.State switch
    {
        ReportState.Ready => report.StandingText.Length > 0 ? report.StandingText : "ready, draft",
        ReportState.Queued => "queued",
        ReportState.Building => $"building, {report.Percent} %",
        ReportState.Failed => $"failed: {report.Failure}",
        ReportState.Expired => "removed, as an old draft",
        _ => "cancelled",
    };

    private static string KindOf(ReportChangeKind kind) => kind switch
    {
        ReportChangeKind.New => "new",
        ReportChangeKind.Closed => "closed",
        ReportChangeKind.Gone => "no longer shown",
        _ => "changed",
    };

    private static string CauseOf(ReportChangeCause cause) => cause switch
    {
        ReportChangeCause.Since => "came about since",
        ReportChangeCause.RecordedAfterEndorsement => "recorded or corrected after the endorsement",
        _ => "recorded or corrected since",
    };

    private static void Connect(Command command, Func<ParseResult, ReportClient, CancellationToken, Task> work)
    {
        var connection = new ConnectionOptions();
        connection.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var platform = connection.Open(parsed);
            await work(parsed, new ReportClient(platform, TimeProvider.System), cancel);
            return 0;
        });
    }
}
