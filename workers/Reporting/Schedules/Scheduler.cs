using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Reporting.Building;
using Platform.Reporting.Delivery;
using Platform.Reporting.History;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Schedules;

/// <summary>
/// Has the reports of schedules built when they are due. Every worker looks; that a schedule is due is written down by one of
/// them together with when it is due next, and from there any of them can go on, whatever becomes of the first.
/// </summary>
internal sealed partial class Scheduler(ScheduleStore schedules, ReportStore reports, HistoryStore history, ReportDelivery delivery,
    ReportSignal signal, TimeProvider time, ILogger<Scheduler> log) : BackgroundService
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ConferencesInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMinutes(1);
    // As long a delivery is one worker's alone.
    private static readonly TimeSpan DeliveryLease = TimeSpan.FromMinutes(5);

    private DateTimeOffset _conferencesAt = DateTimeOffset.MinValue;

    /// <summary>One look: begins what is due, and goes on with what has begun.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now - _conferencesAt >= ConferencesInterval || now < _conferencesAt)
        {
            await FollowConferencesAsync(cancel);
            _conferencesAt = now;
        }
        foreach (var due in await schedules.DueAsync(now, cancel))
            await BeginAsync(due, cancel);
        foreach (var (schedule, run) in await schedules.OpenRunsAsync(time.GetUtcNow(), cancel))
            await GoOnAsync(schedule, run, cancel);
    }

    /// <summary>When a schedule is due next, as the record is now.</summary>
    public async Task<Timestamp?> NextAsync(Schedule schedule, DateTimeOffset after, CancellationToken cancel) =>
        Next(schedule, after, schedule is { Paused: false, TimesCase: Schedule.TimesOneofCase.BeforeConference }
            ? await ConferencesAsync(cancel) : []);

    private static Timestamp? Next(Schedule schedule, DateTimeOffset after, IReadOnlyList<DateOnly> conferences) =>
        schedule.Paused ? null : ScheduleTimes.Next(schedule, after, conferences)?.ToTimestamp();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The database is away, or anything else: the next look comes.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(log, e.Message);
            }
            await Task.Delay(LookInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A conference that is moved, or becomes known, moves what is due before it. What has become overdue by that runs once.
    private async Task FollowConferencesAsync(CancellationToken cancel)
    {
        IReadOnlyList<DateOnly>? conferences = null;
        var after = "";
        while (await schedules.ListAsync(after, 100, cancel) is { Count: > 0 } page)
        {
            foreach (var schedule in page.Where(s => s is { Paused: false, TimesCase: Schedule.TimesOneofCase.BeforeConference }))
            {
                // From when it was last due, or began to be there: a time since then that passed unseen is due now.
                var from = new[]
                {
                    (await schedules.ListRunsAsync(schedule.Name, long.MaxValue, 1, cancel)).FirstOrDefault()?.DueTime,
                    schedule.ResumeTime,
                    schedule.CreateTime,
                }.Max()!;
                var next = Next(schedule, from.ToDateTimeOffset(), conferences ??= await ConferencesAsync(cancel));
                if (Equals(next, schedule.NextTime))
                    continue;
                var moved = schedule.Clone();
                moved.NextTime = next;
                await schedules.ReplaceAsync(schedule, moved, cancel);
            }
            after = page[^1].Name;
        }
    }

    // Times that were missed are one run: the next one is after now.
    private async Task BeginAsync(Schedule schedule, CancellationToken cancel)
    {
        var next = schedule.Clone();
        next.NextTime = await NextAsync(schedule, time.GetUtcNow(), cancel);
        var run = new ScheduleRun { DueTime = schedule.NextTime, State = ScheduleRunState.Running };
        await schedules.BeginAsync(schedule, next, run, cancel);
    }

    private async Task GoOnAsync(string name, ScheduleRun run, CancellationToken cancel)
    {
        var next = run.Clone();
        if (run.Report.Length == 0)
        {
            if (await schedules.FindAsync(name, cancel) is not { } schedule)
                return;
            var due = run.DueTime.ToDateTime().ToString("yyyyMMdd't'HHmmssfff", CultureInfo.InvariantCulture);
            next.Report = $"reports/{ResourceNames.Id(name)}-{due}";
            next.Attempts = 1;
            try
            {
                if (await reports.CountPendingAsync(cancel) >= ReportStore.MaxPending)
                {
                    await schedules.ReplaceRunAsync(name, run, run, time.GetUtcNow() + LookInterval, cancel);
                    return;
                }
                // Under a name that says which run it is: asked for twice, it is one.
                if (await reports.FindAsync(next.Report, cancel) is null
                    && await reports.AddAsync(await ReportOfAsync(schedule, next.Report, cancel), cancel))
                {
                    signal.Set();
                }
                await schedules.ReplaceRunAsync(name, run, next, time.GetUtcNow(), cancel);
            }
            catch (ReportException e)
            {
                next.Report = "";
                await FailedAsync(name, run, next, e.Message, cancel);
            }
            return;
        }
        var report = await reports.FindAsync(run.Report, cancel);
        switch (report?.State)
        {
            case ReportState.Ready:
                await DeliverAsync(name, run, next, report, cancel);
                break;
            case ReportState.Cancelled:
                await EndAsync(name, run, next, ScheduleRunState.Cancelled, cancel);
                break;
            case ReportState.Failed when run.Failure.Length > 0 && report.Failure == run.Failure && run.Attempts < MaxAttempts
                && await QueueAgainAsync(report, cancel):
                // The pause is over: the next attempt.
                (next.Attempts, next.Failure) = (run.Attempts + 1, "");
                await schedules.ReplaceRunAsync(name, run, next, time.GetUtcNow(), cancel);
                break;
            case ReportState.Failed:
                await FailedAsync(name, run, next, report.Failure, cancel);
                break;
            case null:
                await FailedAsync(name, run, next, $"Its report {run.Report} no longer exists.", cancel);
                break;
            default:
                await schedules.ReplaceRunAsync(name, run, next, time.GetUtcNow() + LookInterval, cancel);
                break;
        }
    }

    private async Task DeliverAsync(string name, ScheduleRun run, ScheduleRun next, Report report, CancellationToken cancel)
    {
        if (await schedules.FindAsync(name, cancel) is not { } schedule || (schedule.Recipients.Count == 0 && !schedule.ToFolder))
        {
            await EndAsync(name, run, next, ScheduleRunState.Ready, cancel);
            return;
        }
        next.DeliveryAttempts = run.DeliveryAttempts + 1;
        if (!await schedules.ReplaceRunAsync(name, run, next, time.GetUtcNow() + DeliveryLease, cancel))
            return;
        var (tried, ended) = (next, next.Clone());
        try
        {
            await delivery.DeliverAsync(schedule, report, (await reports.FindFilesAsync(report.Name, cancel))!, cancel);
            await EndAsync(name, tried, ended, ScheduleRunState.Ready, cancel);
        }
#pragma warning disable CA1031 // Whatever a mail server or a folder throws, the run says it and goes on.
        catch (Exception e) when (!cancel.IsCancellationRequested && !DatabaseFaults.IsUnavailable(e))
#pragma warning restore CA1031
        {
            ended.Failure = $"Its report is ready and could not be delivered: {e.Message}";
            if (tried.DeliveryAttempts >= MaxAttempts)
            {
                await EndAsync(name, tried, ended, ScheduleRunState.Failed, cancel);
                LogRunFailed(log, name, ended.Failure);
                return;
            }
            await schedules.ReplaceRunAsync(name, tried, ended, time.GetUtcNow() + (FirstRetry * Math.Pow(2, tried.DeliveryAttempts - 1)),
                cancel);
        }
    }

    private async Task<bool> QueueAgainAsync(Report report, CancellationToken cancel)
    {
        var again = report.Clone();
        (again.State, again.Percent, again.Failure) = (ReportState.Queued, 0, "");
        again.CreateTime = time.GetUtcNow().ToTimestamp();
        if (!await reports.QueueAgainAsync(again, cancel))
            return false;
        signal.Set();
        return true;
    }

    // After a pause that doubles it is tried again, and after the last attempt it is seen as failed.
    private async Task FailedAsync(string name, ScheduleRun run, ScheduleRun next, string failure, CancellationToken cancel)
    {
        next.Failure = failure;
        next.Attempts = Math.Max(run.Attempts, 1);
        if (run.Report.Length == 0 && run.Failure.Length > 0)
            next.Attempts = run.Attempts + 1;
        if (next.Attempts >= MaxAttempts)
        {
            await EndAsync(name, run, next, ScheduleRunState.Failed, cancel);
            LogRunFailed(log, name, failure);
            return;
        }
        await schedules.ReplaceRunAsync(name, run, next, time.GetUtcNow() + (FirstRetry * Math.Pow(2, next.Attempts - 1)), cancel);
    }

    private Task<bool> EndAsync(string name, ScheduleRun run, ScheduleRun next, ScheduleRunState state, CancellationToken cancel)
    {
        (next.State, next.EndTime) = (state, time.GetUtcNow().ToTimestamp());
        if (state == ScheduleRunState.Ready)
            next.Failure = "";
        return schedules.ReplaceRunAsync(name, run, next, null, cancel);
    }

    private async Task<Report> ReportOfAsync(Schedule schedule, string name, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var today = ScheduleTimes.DayOf(schedule, now);
        var conferences = (await history.FindAllAsync<Meeting>(cancel)).Where(m => m.Kind == MeetingKind.MinisterialConference)
            .Select(m => (m.Name, m.Status, Days: Days.Of(m))).ToList();
        var held = conferences.Where(c => c.Status == MeetingStatus.Held && (c.Days.Last ?? c.Days.First) <= today)
            .OrderBy(c => c.Days.Last ?? c.Days.First).LastOrDefault();
        var coming = conferences.Where(c => c.Status == MeetingStatus.Planned && (c.Days.First ?? c.Days.Last) >= today)
            .OrderBy(c => c.Days.First ?? c.Days.Last).FirstOrDefault();
        return new Report
        {
            Name = name,
            Title = schedule.Title,
            BaseMeeting = schedule.BaseMeeting.Length > 0 ? schedule.BaseMeeting
                : held.Name ?? throw new ReportException($"The record holds no ministerial conference that was held by {Labels.Of(today)}, "
                    + "since which it could report."),
            TargetMeeting = schedule.TargetMeeting.Length > 0 ? schedule.TargetMeeting : coming.Name ?? "",
            AsOf = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            KnownAt = now.ToTimestamp(),
            CreateTime = now.ToTimestamp(),
            Handling = schedule.Handling == HandlingLevel.Unspecified ? HandlingLevel.Secretariat : schedule.Handling,
            State = ReportState.Queued,
            Standing = ReportStanding.Draft,
        };
    }

    private async Task<IReadOnlyList<DateOnly>> ConferencesAsync(CancellationToken cancel) =>
    [
        .. (await history.FindAllAsync<Meeting>(cancel))
            .Where(m => m is { Kind: MeetingKind.MinisterialConference, Status: MeetingStatus.Planned })
            .Select(m => Days.Of(m)).Where(d => !d.IsWithin).Select(d => d.First ?? d.Last).OfType<DateOnly>().Order(),
    ];

    [LoggerMessage(Level = LogLevel.Warning, Message = "No schedule can be looked at at the moment. {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The report of {Schedule} could not be built. {Reason}")]
    private static partial void LogRunFailed(ILogger logger, string schedule, string reason);
}
