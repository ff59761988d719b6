using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Platform.Reporting.V1;
using Platform.Tool.Output;

namespace Platform.Tool.Commands;

/// <summary><c>platform schedules</c>: the reports that are built without being asked for.</summary>
internal static class SchedulesCommand
{
    public static Command Create() => new("schedules", "The reports that are built without being asked for, and what came of them.")
    {
        CreateList(),
        CreateAdd(),
        CreateRuns(),
        CreateOnName("pause", "Stops a schedule until it is resumed; what is due meanwhile is not made up for.",
            async (client, name, cancel) =>
            {
                await client.PauseScheduleAsync(new() { Name = name }, cancellationToken: cancel);
                return $"{name} is paused.";
            }),
        CreateOnName("resume", "Lets a schedule go on.", async (client, name, cancel) =>
            Due((await client.ResumeScheduleAsync(new() { Name = name }, cancellationToken: cancel)).Schedule)),
        CreateOnName("run", "Builds the report of a schedule now, whether it is paused or not.", async (client, name, cancel) =>
        {
            await client.RunScheduleAsync(new() { Name = name }, cancellationToken: cancel);
            return $"The report of {name} is being built. See: platform schedules runs {name}";
        }),
        CreateOnName("delete", "Removes a schedule and its list of runs; the reports stay.", async (client, name, cancel) =>
        {
            await client.DeleteScheduleAsync(new() { Name = name }, cancellationToken: cancel);
            return $"{name} is removed.";
        }),
    };

    private static Command CreateList()
    {
        var json = JsonOption.Create();
        var command = new Command("list", "Lists the schedules, and when each is due next.") { json };
        Connect(command, async (parsed, client, cancel) =>
        {
            var schedules = new List<Schedule>();
            var token = "";
            do
            {
                var page = await client.ListSchedulesAsync(new() { PageToken = token }, cancellationToken: cancel);
                schedules.AddRange(page.Schedules);
                token = page.NextPageToken;
            }
            while (token.Length > 0);
            if (parsed.GetValue(json))
            {
                JsonOption.Write(schedules);
                return;
            }
            if (schedules.Count == 0)
            {
                Terminal.WriteLine("There is no schedule.");
                return;
            }
            Terminal.WriteTable(["NAME", "TITLE", "WHEN", "NEXT (UTC)"],
                [.. schedules.Select(s => (IReadOnlyList<string>)[s.Name, s.Title, When(s), s.Paused ? "paused" : Moment(s.NextTime)])]);
        });
        return command;
    }

    private static Command CreateAdd()
    {
        var name = NameArgument();
        var title = new Option<string>("--title") { Description = "The title of its reports.", Required = true, HelpName = "TEXT" };
        var cron = new Option<string?>("--cron")
        {
            Description = "When they are due, five fields as cron has them, for example \"0 6 1 * *\": at 6 on the first of each month.",
            HelpName = "FIELDS",
        };
        var days = new Option<int?>("--days-before-conference")
        {
            Description = "When they are due: so many days before the next ministerial conference. When that is moved, so is the day.",
            HelpName = "N",
        };
        var time = new Option<string?>("--time")
        {
            Description = "At which time of that day, HH:MM; 06:00 if not given.",
            HelpName = "TIME",
        };
        var zone = new Option<string?>("--time-zone")
        {
            Description = "Of these times, for example Asia/Jakarta; UTC if not given.",
            HelpName = "ZONE",
        };
        var baseMeeting = new Option<string?>("--base")
        {
            Description = "The ministerial conference since which they report; the last one held by then if not given.",
            HelpName = "MEETING",
        };
        var target = new Option<string?>("--target")
        {
            Description = "The one for which they are written; the next one planned if not given.",
            HelpName = "MEETING",
        };
        var mail = new Option<string[]>("--mail-to")
        {
            Description = "An address to which its finished reports are mailed; may be given several times.",
            HelpName = "ADDRESS",
        };
        var folder = new Option<bool>("--to-folder") { Description = "Its finished reports are written into the worker's folder, too." };
        var command = new Command("add", "Adds a schedule.")
        {
            name,
            title,
            cron,
            days,
            time,
            zone,
            baseMeeting,
            target,
            mail,
            folder,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(cron) is null == result.GetValue(days) is null)
                result.AddError("Give either --cron or --days-before-conference: when the reports are due.");
            if (result.GetValue(time) is not null && result.GetValue(days) is null)
                result.AddError("--time goes with --days-before-conference; the fields of --cron have their own time.");
        });
        Connect(command, async (parsed, client, cancel) =>
        {
            var schedule = new Schedule
            {
                Name = parsed.GetValue(name),
                Title = parsed.GetValue(title),
                BaseMeeting = parsed.GetValue(baseMeeting) ?? "",
                TargetMeeting = parsed.GetValue(target) ?? "",
                Recipients = { parsed.GetValue(mail) ?? [] },
                ToFolder = parsed.GetValue(folder),
            };
            var where = parsed.GetValue(zone) ?? "";
            if (parsed.GetValue(cron) is { } expression)
                schedule.Cron = new() { Expression = expression, TimeZone = where };
            else
                schedule.BeforeConference = new() { Days = parsed.GetValue(days)!.Value, TimeZone = where };
            if (schedule.BeforeConference is { } before)
                before.Time = parsed.GetValue(time) ?? "";
            Terminal.WriteLine(Due((await client.CreateScheduleAsync(new() { Schedule = schedule }, cancellationToken: cancel)).Schedule));
        });
        return command;
    }

    private static Command CreateRuns()
    {
        var name = NameArgument();
        var json = JsonOption.Create();
        var command = new Command("runs", "Lists the latest runs of a schedule, and what came of each.") { name, json };
        Connect(command, async (parsed, client, cancel) =>
        {
            var runs = (await client.ListScheduleRunsAsync(new() { Name = parsed.GetValue(name) }, cancellationToken: cancel)).Runs;
            if (parsed.GetValue(json))
            {
                JsonOption.Write(runs);
                return;
            }
            if (runs.Count == 0)
            {
                Terminal.WriteLine($"{parsed.GetValue(name)} has not run yet.");
                return;
            }
            Terminal.WriteTable(["DUE (UTC)", "STATE", "ATTEMPTS", "REPORT", "FAILURE"],
            [
                .. runs.Select(r => (IReadOnlyList<string>)
                [
                    Moment(r.DueTime),
                    r.State.ToString().ToLowerInvariant(),
                    r.Attempts.ToString(CultureInfo.InvariantCulture),
                    r.Report,
                    r.Failure,
                ]),
            ]);
        });
        return command;
    }

    private static Command CreateOnName(string verb, string description,
        Func<ReportingService.ReportingServiceClient, string, CancellationToken, Task<string>> work)
    {
        var name = NameArgument();
        var command = new Command(verb, description) { name };
        Connect(command, async (parsed, client, cancel) => Terminal.WriteLine(await work(client, parsed.GetValue(name)!, cancel)));
        return command;
    }

    private static Argument<string> NameArgument() => new("NAME") { Description = "Its name, for example schedules/monthly." };

    private static string When(Schedule schedule) => schedule.TimesCase == Schedule.TimesOneofCase.Cron
        ? $"{schedule.Cron.Expression} {schedule.Cron.TimeZone}".TrimEnd()
        : string.Create(CultureInfo.InvariantCulture, $"{schedule.BeforeConference.Days} days before the conference "
            + $"{schedule.BeforeConference.Time} {schedule.BeforeConference.TimeZone}").TrimEnd();

    private static string Due(Schedule schedule) => schedule.NextTime is null
        ? $"{schedule.Name} is due once a ministerial conference to come is on record."
        : $"{schedule.Name} is due next on {Moment(schedule.NextTime)} UTC.";

    private static string Moment(Timestamp? time) =>
        time is null ? "not known" : time.ToDateTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static void Connect(Command command, Func<ParseResult, ReportingService.ReportingServiceClient, CancellationToken, Task> work)
    {
        var connection = new ConnectionOptions();
        connection.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            using var platform = connection.Open(parsed);
            await work(parsed, new ReportingService.ReportingServiceClient(platform.InvokerOf(PlatformServices.Reporting)), cancel);
            return 0;
        });
    }
}
