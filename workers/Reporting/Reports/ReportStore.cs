using Google.Protobuf;
using Platform.Reporting.Databases;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>The reports, asked for and built: they are kept, whatever becomes of the projection.</summary>
internal sealed class ReportStore(WorkerDatabase database, TimeProvider time)
{
    /// <summary>Queues a report; false when its name is taken.</summary>
    public async Task<bool> AddAsync(Report report, CancellationToken cancel) =>
        await database.ExecuteAsync("""
            insert into report (name, state, pending, request_time) values (@name, @state, @pending, @now) on conflict do nothing
            """, cancel, ("@name", report.Name), ("@state", report.ToByteArray()), ("@pending", true), ("@now", Now())) == 1;

    /// <summary>How many reports wait or are being built.</summary>
    public async Task<long> CountPendingAsync(CancellationToken cancel) =>
        (await database.QueryAsync("select count(*) from report where pending", r => r.GetInt64(0), cancel)).Single();

    /// <summary>Queues a report anew that is not pending; false when it is.</summary>
    public async Task<bool> QueueAgainAsync(Report report, CancellationToken cancel) =>
        await database.ExecuteAsync("""
            update report set state = @state, pending = @pending, request_time = @now, lease_until = 0 where name = @name and not pending
            """, cancel, ("@name", report.Name), ("@state", report.ToByteArray()), ("@pending", true), ("@now", Now())) == 1;

    /// <summary>Takes the report that waits longest and that nobody builds; null when there is none.</summary>
    /// <param name="lease">For how long it is this worker's alone.</param>
    /// <param name="cancel">Ends the attempt.</param>
    public async Task<Report?> TakeAsync(TimeSpan lease, CancellationToken cancel)
    {
        var now = Now();
        foreach (var waiting in await database.QueryAsync(
            "select state from report where pending and lease_until < @now order by request_time, name limit 10",
            r => Parse((byte[])r.GetValue(0)), cancel, ("@now", now)))
        {
            // Whoever was first has it.
            if (await database.ExecuteAsync("update report set lease_until = @until where name = @name and pending and lease_until < @now",
                cancel, ("@until", Now(lease)), ("@name", waiting.Name), ("@now", now)) == 1)
            {
                return waiting;
            }
        }
        return null;
    }

    /// <summary>Keeps a report as it is now, and for how long its worker still needs it; false when it is no longer pending.</summary>
    public async Task<bool> RenewAsync(Report report, TimeSpan lease, CancellationToken cancel) =>
        await database.ExecuteAsync("update report set state = @state, lease_until = @until where name = @name and pending", cancel,
            ("@state", report.ToByteArray()), ("@until", Now(lease)), ("@name", report.Name)) == 1;

    /// <summary>Ends a report's being pending, with its workbook where it is ready; false when it is not pending.</summary>
    public async Task<bool> FinishAsync(Report report, byte[]? workbook, CancellationToken cancel) =>
        await database.ExecuteAsync(
            "update report set state = @state, workbook = @workbook, pending = @pending where name = @name and pending", cancel,
            ("@state", report.ToByteArray()), ("@workbook", (object?)workbook ?? DBNull.Value), ("@pending", false),
            ("@name", report.Name)) == 1;

    /// <summary>A report, or null.</summary>
    public async Task<Report?> FindAsync(string name, CancellationToken cancel) =>
        (await database.QueryAsync("select state from report where name = @name", r => Parse((byte[])r.GetValue(0)), cancel,
            ("@name", name))).FirstOrDefault();

    /// <summary>A report's workbook; null when there is none, or none yet.</summary>
    public async Task<byte[]?> FindWorkbookAsync(string name, CancellationToken cancel) =>
        (await database.QueryAsync("select workbook from report where name = @name and workbook is not null",
            r => (byte[])r.GetValue(0), cancel, ("@name", name))).FirstOrDefault();

    /// <summary>Reports in the order of their names, after a name.</summary>
    public Task<List<Report>> ListAsync(string after, int limit, CancellationToken cancel) =>
        database.QueryAsync("select state from report where name > @after order by name limit @limit", r => Parse((byte[])r.GetValue(0)),
            cancel, ("@after", after), ("@limit", limit));

    private static Report Parse(byte[] state)
    {
        var report = Report.Parser.ParseFrom(state);
        // Built by a version that kept only what was ready.
        if (report.State == ReportState.Unspecified)
            (report.State, report.Percent) = (ReportState.Ready, 100);
        return report;
    }

    private long Now(TimeSpan ahead = default) => ConsumedChange.Microseconds(time.GetUtcNow() + ahead);
}
