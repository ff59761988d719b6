using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Reporting.Databases;
using Platform.Reporting.History;

namespace Platform.Reporting.Schedules;

/// <summary>The schedules and their runs.</summary>
internal sealed class ScheduleStore(WorkerDatabase database)
{
    /// <summary>Adds a schedule; false when its name is taken.</summary>
    public async Task<bool> AddAsync(Schedule schedule, CancellationToken cancel) =>
        await database.ExecuteAsync("insert into schedule (name, state, next_time) values (@name, @state, @next) on conflict do nothing",
            cancel, ("@name", schedule.Name), ("@state", schedule.ToByteArray()), ("@next", Moment(schedule.NextTime))) == 1;

    /// <summary>A schedule, or null.</summary>
    public async Task<Schedule?> FindAsync(string name, CancellationToken cancel) =>
        (await database.QueryAsync("select state from schedule where name = @name", r => Parse(r.GetValue(0)), cancel,
            ("@name", name))).FirstOrDefault();

    /// <summary>Schedules in the order of their names, after a name.</summary>
    public Task<List<Schedule>> ListAsync(string after, int limit, CancellationToken cancel) =>
        database.QueryAsync("select state from schedule where name > @after order by name limit @limit", r => Parse(r.GetValue(0)), cancel,
            ("@after", after), ("@limit", limit));

    /// <summary>Replaces a schedule; false when another worker changed it meanwhile.</summary>
    public async Task<bool> ReplaceAsync(Schedule before, Schedule schedule, CancellationToken cancel) =>
        await database.ExecuteAsync("update schedule set state = @state, next_time = @next where name = @name and state = @before", cancel,
            ("@state", schedule.ToByteArray()), ("@next", Moment(schedule.NextTime)), ("@name", schedule.Name),
            ("@before", before.ToByteArray())) == 1;

    /// <summary>Removes a schedule and its runs; false when there is none.</summary>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancel)
    {
        await using var write = await database.BeginAsync(cancel);
        await write.ExecuteAsync("delete from schedule_run where schedule = @name", cancel, ("@name", name));
        var removed = await write.ExecuteAsync("delete from schedule where name = @name", cancel, ("@name", name));
        await write.CommitAsync(cancel);
        return removed == 1;
    }

    /// <summary>The schedules that are due.</summary>
    public Task<List<Schedule>> DueAsync(DateTimeOffset now, CancellationToken cancel) =>
        database.QueryAsync("select state from schedule where next_time <= @now order by next_time, name limit 20",
            r => Parse(r.GetValue(0)), cancel, ("@now", ConsumedChange.Microseconds(now)));

    /// <summary>
    /// Begins the run of a schedule that is due, and says when it is due next, both or neither; false when another worker has
    /// begun it.
    /// </summary>
    public async Task<bool> BeginAsync(Schedule before, Schedule schedule, ScheduleRun run, CancellationToken cancel)
    {
        await using var write = await database.BeginAsync(cancel);
        if (await write.ExecuteAsync("update schedule set state = @state, next_time = @next where name = @name and state = @before", cancel,
            ("@state", schedule.ToByteArray()), ("@next", Moment(schedule.NextTime)), ("@name", schedule.Name),
            ("@before", before.ToByteArray())) == 0)
        {
            return false;
        }
        // A conference that was moved to and fro is due again at a time at which it was.
        await AddRunAsync(write, schedule.Name, run, cancel);
        await write.CommitAsync(cancel);
        return true;
    }

    /// <summary>Begins a run that is not due, if there is none of that moment.</summary>
    public async Task AddRunAsync(string schedule, ScheduleRun run, CancellationToken cancel)
    {
        await using var write = await database.BeginAsync(cancel);
        await AddRunAsync(write, schedule, run, cancel);
        await write.CommitAsync(cancel);
    }

    /// <summary>The runs that have not ended and are to be looked at.</summary>
    public Task<List<(string Schedule, ScheduleRun Run)>> OpenRunsAsync(DateTimeOffset now, CancellationToken cancel) =>
        database.QueryAsync("select schedule, state from schedule_run where attempt_time <= @now order by attempt_time, schedule limit 100",
            r => (r.GetString(0), ScheduleRun.Parser.ParseFrom((byte[])r.GetValue(1))), cancel,
            ("@now", ConsumedChange.Microseconds(now)));

    /// <summary>Replaces a run; false when another worker changed it meanwhile.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="before">What it was.</param>
    /// <param name="run">What it is.</param>
    /// <param name="next">When it is looked at next; null when it has ended.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<bool> ReplaceRunAsync(string schedule, ScheduleRun before, ScheduleRun run, DateTimeOffset? next,
        CancellationToken cancel) =>
        await database.ExecuteAsync("""
            update schedule_run set state = @state, attempt_time = @next
            where schedule = @schedule and due_time = @due and state = @before
            """, cancel, ("@state", run.ToByteArray()), ("@next", next is { } time ? ConsumedChange.Microseconds(time) : DBNull.Value),
            ("@schedule", schedule), ("@due", Moment(run.DueTime)), ("@before", before.ToByteArray())) == 1;

    /// <summary>Runs of a schedule that were due before a moment, the latest first.</summary>
    public Task<List<ScheduleRun>> ListRunsAsync(string schedule, long before, int limit, CancellationToken cancel) =>
        database.QueryAsync("""
            select state from schedule_run where schedule = @schedule and due_time < @before order by due_time desc limit @limit
            """, r => ScheduleRun.Parser.ParseFrom((byte[])r.GetValue(0)), cancel, ("@schedule", schedule), ("@before", before),
            ("@limit", limit));

    private static Task<int> AddRunAsync(WorkerTransaction write, string schedule, ScheduleRun run, CancellationToken cancel) =>
        write.ExecuteAsync("""
            insert into schedule_run (schedule, due_time, state, attempt_time) values (@schedule, @due, @state, @due) on conflict do nothing
            """, cancel, ("@schedule", schedule), ("@due", Moment(run.DueTime)), ("@state", run.ToByteArray()));

    private static Schedule Parse(object state) => Schedule.Parser.ParseFrom((byte[])state);

    private static object Moment(Timestamp? time) => time is null ? DBNull.Value : ConsumedChange.Microseconds(time.ToDateTimeOffset());
}
