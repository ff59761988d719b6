using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;
using Platform.Hosting.Resources;
using Platform.Reporting.V1;
using Platform.Tool.Client;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary><c>platform report</c>: has a progress report built and writes its workbook to a file.</summary>
internal static class ReportCommand
{
    private static readonly Dictionary<string, HandlingLevel> Levels = new()
    {
        ["public"] = HandlingLevel.Public,
        ["participants"] = HandlingLevel.Participants,
        ["body-members"] = HandlingLevel.BodyMembers,
        ["secretariat"] = HandlingLevel.Secretariat,
    };

    public static Command Create()
    {
        var baseMeeting = new Option<string>("--base")
        {
            Description = "The ministerial conference since which it reports, for example meetings/mc-4.",
            Required = true,
            HelpName = "MEETING",
        };
        var target = new Option<string?>("--target")
        {
            Description = "The ministerial conference for which it is written, if that is known.",
            HelpName = "MEETING",
        };
        var asOf = new Option<string?>("--as-of")
        {
            Description = "The day as of which it reports, YYYY-MM-DD; today if not given.",
            HelpName = "DATE",
        };
        var knownAt = new Option<string?>("--known-at")
        {
            Description = "The moment as known at which it reports, for example 2013-03-05T12:00:00Z; now if not given.",
            HelpName = "TIME",
        };
        var title = new Option<string>("--title")
        {
            Description = "Its title.",
            DefaultValueFactory = _ => "Progress Report",
            HelpName = "TEXT",
        };
        var name = new Option<string?>("--name")
        {
            Description = "Its resource name, for example reports/mc-5; made from the meeting and the time if not given.",
            HelpName = "NAME",
        };
        var handling = new Option<string?>("--handling")
        {
            Description = "For whose eyes: public, participants, body-members or secretariat. What is held more closely is left out; "
                + "nothing is if not given.",
            HelpName = "LEVEL",
        };
        handling.AcceptOnlyFromAmong([.. Levels.Keys]);
        var version = new Option<int>("--version-number")
        {
            Description = "Which version for its conference it is; the next one if not given.",
            HelpName = "N",
        };
        var previous = new Option<string?>("--compare-with")
        {
            Description = "The report with which its sheet Changes compares; the latest version for the same conference if not given.",
            HelpName = "NAME",
        };
        var process = new Option<string?>("--process")
        {
            Description = "The name of the process on the first pages; the one that the worker is set up with if not given.",
            HelpName = "TEXT",
        };
        var secretariat = new Option<string?>("--secretariat")
        {
            Description = "Who issues it, in the letterhead of the brief; the one that the worker is set up with if not given.",
            HelpName = "TEXT",
        };
        var paper = new Option<string?>("--paper")
        {
            Description = "The paper of the sheets: a4 or a3; a4 if not given.",
            HelpName = "SIZE",
        };
        paper.AcceptOnlyFromAmong("a4", "a3");
        var language = new Option<string?>("--language")
        {
            Description = "The language of its own words: en, fr or id; the one that the worker is set up with if not given.",
            HelpName = "LANGUAGE",
        };
        var brief = new Option<string?>("--docx") { Description = "The brief to write beside it, two pages in Word.", HelpName = "FILE" };
        var outFile = new Option<string>("--out") { Description = "The workbook to write.", Required = true, HelpName = "FILE" };
        var connection = new ConnectionOptions();
        var command = new Command("report", "Builds a progress report and writes its workbook.")
        {
            baseMeeting,
            target,
            asOf,
            knownAt,
            title,
            name,
            handling,
            version,
            previous,
            process,
            secretariat,
            paper,
            language,
            outFile,
            brief,
        };
        connection.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(asOf) is { } day && !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture,
                DateTimeStyles.None, out _))
            {
                result.AddError($"--as-of: \"{day}\" is not a valid date. Write an existing day as YYYY-MM-DD.");
            }
            if (result.GetValue(knownAt) is { } moment && ParseMoment(moment) is null)
                result.AddError($"--known-at: \"{moment}\" is not a valid moment. Write it in UTC as 2013-03-05T12:00:00Z.");
        });
        command.SetAction(async (parsed, cancel) =>
        {
            using var platform = connection.Open(parsed);
            var subject = parsed.GetValue(target) ?? parsed.GetValue(baseMeeting)!;
            var report = new Report
            {
                Name = parsed.GetValue(
                    name) ?? $"reports/{ResourceNames.Id(subject)}-{TimeProvider.System.GetUtcNow():yyyyMMdd't'HHmmssfff}",
                Title = parsed.GetValue(title),
                BaseMeeting = parsed.GetValue(baseMeeting),
                TargetMeeting = parsed.GetValue(target) ?? "",
                AsOf = parsed.GetValue(asOf) ?? "",
                Handling = parsed.GetValue(handling) is { } level ? Levels[level] : HandlingLevel.Unspecified,
                Version = parsed.GetValue(version),
                PreviousReport = parsed.GetValue(previous) ?? "",
                Process = parsed.GetValue(process) ?? "",
                Secretariat = parsed.GetValue(secretariat) ?? "",
                Language = parsed.GetValue(language) ?? "",
                Paper = parsed.GetValue(paper) switch { "a3" => PaperSize.A3, "a4" => PaperSize.A4, _ => PaperSize.Unspecified },
                KnownAt = parsed.GetValue(knownAt) is { } moment ? ParseMoment(moment)!.Value.ToTimestamp() : null,
            };
            var created = await new ReportClient(platform, TimeProvider.System).CreateAsync(report, parsed.GetValue(outFile)!,
                parsed.GetValue(brief), cancel);
            if (created.UnsettledServices.Count > 0)
            {
                Terminal.WriteError($"{created.Name} is not final: {string.Join(", ", created.UnsettledServices)} could not be asked, and "
                    + "what was recorded there last may be missing.");
            }
            if (created.UntranslatedWords.Count > 0)
            {
                Terminal.WriteError($"{Terminal.Count(created.UntranslatedWords.Count, "word")} of {created.Name} stayed English: "
                    + $"{string.Join("; ", created.UntranslatedWords.Select(w => $"\"{w.Trim()}\""))}.");
            }
            Terminal.WriteLine(parsed.GetValue(outFile)!);
            if (parsed.GetValue(brief) is { } briefFile)
                Terminal.WriteLine(briefFile);
            return 0;
        });
        return command;
    }

    private static DateTimeOffset? ParseMoment(string text) =>
        text.EndsWith('Z') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment : null;
}
