using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Resources;
using Platform.Meetings.V1;
using Platform.Reporting.Delivery;
using Platform.Reporting.History;
using Platform.Reporting.V1;

namespace Platform.Reporting.Tests.Schedules;

/// <summary>Each time that a schedule is due its report is built once, whatever becomes of the workers.</summary>
public sealed class SchedulerTests
{
    private const string Monthly = "schedules/monthly";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_WhenItIsDue_BuildsTheReportSinceTheLastConference(string engine)
    {
        await using var test = await StartAsync(engine);
        var schedule = await test.CreateAsync(Cron("0 6 1 * *"));
        Assert.Equal(Moment("2013-04-01T06:00:00Z"), schedule.NextTime.ToDateTimeOffset());

        await test.LookAsync("2013-04-01T05:59:59Z");
        Assert.Empty(await test.RunsAsync());
        await test.LookAsync("2013-04-01T06:00:00Z");
        await test.BuildAsync();
        await test.LookAsync("2013-04-01T06:00:05Z");

        var run = Assert.Single(await test.RunsAsync());
        Assert.Equal((ScheduleRunState.Ready, "reports/monthly-20130401t060000000", 1), (run.State, run.Report, run.Attempts));
        var report = (await test.Worker.Reports.FindAsync(run.Report, Cancel))!;
        Assert.Equal(("meetings/mc-4", "meetings/mc-5", "2013-04-01"), (report.BaseMeeting, report.TargetMeeting, report.AsOf));
        Assert.Equal(Moment("2013-05-01T06:00:00Z"), (await test.GetAsync()).NextTime.ToDateTimeOffset());
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_OfTwoWorkersThatAreKilledAgainAndAgain_RunsEachOfTenTimesOnce(string engine)
    {
        var random = new Random(20261126);
        await using var test = await StartAsync(engine);
        await using var other = test.Another();
        await test.CreateAsync(Cron("0 6 * * *"));

        for (var day = 0; day < 10; day++)
        {
            test.Clock.Now = Moment("2013-03-07T06:00:00Z").AddDays(day);
            for (var round = 0; round < 6; round++)
            {
                // Each is cut off somewhere on its way: at a reading of the clock, or while it waits for the database.
                await Task.WhenAll(new[] { test.Worker, other }.Select(async worker =>
                {
                    using var kill = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                    test.Clock.KillAfter(kill, random.Next(1, 12));
                    try
                    {
                        await Task.Run(() => worker.Scheduler.LookAsync(kill.Token), Cancel);
                    }
                    catch (OperationCanceledException)
                    {
                    }
                    finally
                    {
                        test.Clock.Forget(kill);
                    }
                }));
            }
            await test.LookAsync(null);
            await test.BuildAsync();
            test.Clock.Now += TimeSpan.FromSeconds(2);
            await test.LookAsync(null);
        }

        var runs = await test.RunsAsync();
        Assert.Equal(Enumerable.Range(0, 10).Select(day => Moment("2013-03-07T06:00:00Z").AddDays(9 - day)),
            runs.Select(r => r.DueTime.ToDateTimeOffset()));
        Assert.All(runs, r => Assert.Equal((ScheduleRunState.Ready, 1), (r.State, r.Attempts)));
        Assert.Equal(runs.Select(r => r.Report).Order(StringComparer.Ordinal),
            (await test.Worker.Reports.ListAsync("", 100, Cancel)).Select(r => r.Name));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_AfterTimesThatPassedWhileNoWorkerRan_RunsOnce(string engine)
    {
        await using var test = await StartAsync(engine);
        await test.CreateAsync(Cron("0 6 * * *"));

        await test.LookAsync("2013-03-20T12:00:00Z");

        var run = Assert.Single(await test.RunsAsync());
        Assert.Equal(Moment("2013-03-07T06:00:00Z"), run.DueTime.ToDateTimeOffset());
        Assert.Equal("2013-03-20", (await test.Worker.Reports.FindAsync(run.Report, Cancel))!.AsOf);
        Assert.Equal(Moment("2013-03-21T06:00:00Z"), (await test.GetAsync()).NextTime.ToDateTimeOffset());
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_BeforeAConference_MovesWithIt(string engine)
    {
        await using var test = await StartAsync(engine);
        var schedule = await test.CreateAsync(new Schedule
        {
            Name = Monthly,
            Title = "To Ministers",
            BeforeConference = new() { Days = 10, Time = "08:00" },
        });
        Assert.Equal(Moment("2013-03-23T08:00:00Z"), schedule.NextTime.ToDateTimeOffset());

        await test.MoveConferenceAsync("2013-05-20", version: 2);
        await test.LookAsync("2013-03-23T08:00:00Z");
        Assert.Empty(await test.RunsAsync());
        Assert.Equal(Moment("2013-05-10T08:00:00Z"), (await test.GetAsync()).NextTime.ToDateTimeOffset());

        await test.LookAsync("2013-05-10T08:00:00Z");
        Assert.Single(await test.RunsAsync());
        Assert.Null((await test.GetAsync()).NextTime);
        // Put off once more after the report: there is another before the new day.
        await test.MoveConferenceAsync("2013-06-30", version: 3);
        await test.LookAsync("2013-06-20T08:00:00Z");
        Assert.Equal(2, (await test.RunsAsync()).Count);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_OfAConferenceThatComesNearerThanTheDays_RunsAtOnce(string engine)
    {
        await using var test = await StartAsync(engine);
        await test.CreateAsync(new Schedule { Name = Monthly, Title = "To Ministers", BeforeConference = new() { Days = 10 } });

        await test.LookAsync("2013-03-15T00:00:00Z");
        Assert.Empty(await test.RunsAsync());
        await test.MoveConferenceAsync("2013-03-20", version: 2);
        await test.LookAsync("2013-03-15T00:01:00Z");

        Assert.Equal(Moment("2013-03-10T06:00:00Z"), Assert.Single(await test.RunsAsync()).DueTime.ToDateTimeOffset());
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_WhileTheReportCannotBeBuilt_TriesAgainEverLaterAndThenFails(string engine)
    {
        await using var test = await StartAsync(engine);
        var schedule = Cron("0 6 1 * *");
        schedule.BaseMeeting = "meetings/none";
        await test.CreateAsync(schedule);
        var attempts = new List<DateTimeOffset>();

        for (test.Clock.Now = Moment("2013-04-01T06:00:00Z"); test.Clock.Now < Moment("2013-04-01T07:00:00Z");
            test.Clock.Now += TimeSpan.FromSeconds(10))
        {
            await test.LookAsync(null);
            if (await test.BuildAsync() > 0)
                attempts.Add(test.Clock.Now);
        }

        Assert.Equal([1, 2, 4, 8], attempts.Zip(attempts.Skip(1)).Select(pair => (int)(pair.Second - pair.First).TotalMinutes));
        var run = Assert.Single(await test.RunsAsync());
        Assert.Equal((ScheduleRunState.Failed, 5), (run.State, run.Attempts));
        Assert.StartsWith("The record holds no meeting 'meetings/none'", run.Failure, StringComparison.Ordinal);
        Assert.NotNull(run.EndTime);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_WhileTheReportCannotBeDelivered_TriesAgainUntilItCan(string engine)
    {
        var folder = Directory.CreateTempSubdirectory("scheduled-").FullName;
        await using var test = await StartAsync(engine, new DeliveryOptions { Folder = folder });
        var schedule = Cron("0 6 1 * *");
        schedule.ToFolder = true;
        await test.CreateAsync(schedule);
        Directory.Delete(folder);

        await test.LookAsync("2013-04-01T06:00:00Z");
        await test.BuildAsync();
        await test.LookAsync("2013-04-01T06:00:05Z");
        var waits = Assert.Single(await test.RunsAsync());
        Assert.Equal((ScheduleRunState.Running, 1, 1), (waits.State, waits.Attempts, waits.DeliveryAttempts));
        Assert.StartsWith("Its report is ready and could not be delivered: ", waits.Failure, StringComparison.Ordinal);

        Directory.CreateDirectory(folder);
        await test.LookAsync("2013-04-01T06:01:10Z");
        var ready = Assert.Single(await test.RunsAsync());
        Assert.Equal((ScheduleRunState.Ready, 2, ""), (ready.State, ready.DeliveryAttempts, ready.Failure));
        Assert.Equal(["monthly-20130401t060000000.docx", "monthly-20130401t060000000.xlsx"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Directory.Delete(folder, recursive: true);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_WhileAHundredReportsWait_AsksForNoMore(string engine)
    {
        await using var test = await StartAsync(engine);
        await test.CreateAsync(Cron("0 6 1 * *"));
        for (var i = 0; i < 105; i++)
        {
            test.Clock.Now += TimeSpan.FromSeconds(1);
            await test.Rpcs.RunSchedule(new() { Name = Monthly }, new OfficerCall());
        }

        await test.LookAsync("2013-03-06T13:00:00Z");
        Assert.Equal(100, (await test.Worker.Reports.ListAsync("", 1000, Cancel)).Count);
        for (var i = 0; i < 5; i++)
            await test.Rpcs.CancelReport(new() { Name = (await test.RunsAsync())[^(i + 1)].Report }, new OfficerCall());
        await test.LookAsync("2013-03-06T13:00:02Z");

        Assert.Equal(105, (await test.Worker.Reports.ListAsync("", 1000, Cancel)).Count);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task PauseResumeRunDelete_DoWhatTheySay(string engine)
    {
        await using var test = await StartAsync(engine);
        await test.CreateAsync(Cron("0 6 * * *"));

        var paused = (await test.Rpcs.PauseSchedule(new() { Name = Monthly }, new OfficerCall())).Schedule;
        Assert.True(paused is { Paused: true, NextTime: null });
        await test.LookAsync("2013-03-10T12:00:00Z");
        Assert.Empty(await test.RunsAsync());

        var run = (await test.Rpcs.RunSchedule(new() { Name = Monthly }, new OfficerCall())).Run;
        await test.LookAsync(null);
        await test.BuildAsync();
        await test.LookAsync("2013-03-10T12:00:10Z");
        var made = Assert.Single(await test.RunsAsync());
        Assert.Equal((run.DueTime, ScheduleRunState.Ready), (made.DueTime, made.State));

        var resumed = (await test.Rpcs.ResumeSchedule(new() { Name = Monthly }, new OfficerCall())).Schedule;
        Assert.Equal(Moment("2013-03-11T06:00:00Z"), resumed.NextTime.ToDateTimeOffset());
        await test.Rpcs.DeleteSchedule(new() { Name = Monthly }, new OfficerCall());
        await test.LookAsync("2013-03-12T06:00:00Z");
        await RefusedAsync(ErrorReason.ResourceNotFound, () => test.GetAsync());
        Assert.Single(await test.Worker.Reports.ListAsync("", 100, Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_TwiceOrOtherwise_IsTheSameOrRefused(string engine)
    {
        await using var test = await StartAsync(engine);
        var created = await test.CreateAsync(Cron("0 6 1 * *"));

        Assert.Equal(created, await test.CreateAsync(Cron("0 6 1 * *")));
        await RefusedAsync(ErrorReason.ResourceExists, () => test.CreateAsync(Cron("0 7 1 * *")));
        await RefusedAsync(ErrorReason.FieldInvalid, () => test.CreateAsync(Cron("nonsense")));
        var longest = Cron("0 6 1 * *");
        longest.Name = $"schedules/{new string('a', 40)}";
        Assert.Equal(longest.Name, (await test.CreateAsync(longest)).Name);
        await test.LookAsync("2013-04-01T06:00:00Z");
        Assert.All(await test.Worker.Reports.ListAsync("", 10, Cancel), r => Assert.True(ResourceNames.IsName(r.Name), r.Name));
        longest.Name += "a";
        await RefusedAsync(ErrorReason.FieldInvalid, () => test.CreateAsync(longest));
        Assert.Equal(["schedules/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Monthly],
            (await test.Rpcs.ListSchedules(new(), new OfficerCall())).Schedules.Select(s => s.Name));
    }

    private static Task RefusedAsync(ErrorReason reason, Func<Task> call) => Test.RefusedAsync(reason, call);

    private static Schedule Cron(string expression) =>
        new() { Name = Monthly, Title = "Monthly", Cron = new() { Expression = expression } };

    private static DateTimeOffset Moment(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<Test> StartAsync(string engine, DeliveryOptions? delivery = null)
    {
        var clock = new TestClock { Now = Moment("2013-03-06T12:00:00Z") };
        var databases = await TestDatabases.CreateAsync(engine);
        var worker = new TestWorker(databases) { Clock = clock, DeliveryOptions = delivery ?? new() };
        var test = new Test(databases, worker, await TestBus.StartAsync(rabbitMq: false, worker), clock);
        // As the record is on 6 March 2013: the Fifth Conference is planned.
        foreach (var version in TestRecord.Small().Versions.Where(v => v.Record is Meeting && v.Version == 1
            && v.EffectiveDate <= TestRecord.Day("2013-03-06")))
        {
            await worker.AddAsync(version with { RecordTime = Moment("2013-03-06T00:00:00Z") });
        }
        return test;
    }

    private sealed class TestClock : TimeProvider
    {
        private readonly List<(CancellationTokenSource Kill, int Reads)> _kills = [];

        public DateTimeOffset Now { get; set; }

        /// <summary>Cancels after so many readings of the clock.</summary>
        public void KillAfter(CancellationTokenSource kill, int reads)
        {
            lock (_kills)
                _kills.Add((kill, reads));
        }

        public void Forget(CancellationTokenSource kill)
        {
            lock (_kills)
                _kills.RemoveAll(k => k.Kill == kill);
        }

        public override DateTimeOffset GetUtcNow()
        {
            lock (_kills)
            {
                for (var i = 0; i < _kills.Count; i++)
                {
                    _kills[i] = (_kills[i].Kill, _kills[i].Reads - 1);
                    if (_kills[i].Reads == 0)
                        _kills[i].Kill.Cancel();
                }
            }
            return Now;
        }
    }

    private sealed class Test(TestDatabases databases, TestWorker worker, TestBus bus, TestClock clock) : IAsyncDisposable
    {
        public TestWorker Worker => worker;

        public TestClock Clock => clock;

        public Platform.Reporting.Rpcs.ReportingRpcs Rpcs { get; } = bus.Rpcs(worker);

        public TestWorker Another() => new(databases) { Clock = clock };

        public async Task<Schedule> CreateAsync(Schedule schedule) =>
            (await Rpcs.CreateSchedule(new() { Schedule = schedule }, new OfficerCall())).Schedule;

        public async Task<Schedule> GetAsync() => (await Rpcs.GetSchedule(new() { Name = Monthly }, new OfficerCall())).Schedule;

        public async Task<IReadOnlyList<ScheduleRun>> RunsAsync() =>
            (await Rpcs.ListScheduleRuns(new() { Name = Monthly, PageSize = 1000 }, new OfficerCall())).Runs;

        // Three looks: one begins what is due, one has its report queued, one sees what became of it.
        public async Task LookAsync(string? at)
        {
            if (at is not null)
                clock.Now = Moment(at);
            for (var i = 0; i < 3; i++)
                await worker.Scheduler.LookAsync(Cancel);
        }

        public async Task<int> BuildAsync()
        {
            using var builder = worker.Builder();
            var built = 0;
            while (await builder.BuildNextAsync(Cancel))
                built++;
            return built;
        }

        public Task MoveConferenceAsync(string day, long version)
        {
            clock.Now += TimeSpan.FromMinutes(1);
            return worker.AddAsync(new ResourceVersion("meetings/mc-5", "Meeting", version, ChangeKind.Changed,
                TestRecord.Day("2013-03-06"), clock.Now, TestRecord.Meeting("mc-5", "MC5", MeetingKind.MinisterialConference, day,
                listed: false, MeetingStatus.Planned)));
        }

        public static async Task RefusedAsync(ErrorReason reason, Func<Task> call) =>
            Assert.Equal(reason, (await Assert.ThrowsAsync<ApiException>(call)).Reason);

        public async ValueTask DisposeAsync()
        {
            Rpcs.Dispose();
            await bus.DisposeAsync();
            await worker.DisposeAsync();
            await databases.DisposeAsync();
        }
    }
}
