using System.Globalization;
using Npgsql;
using Platform.Common.V1;
using Platform.Hosting.Databases;
using Platform.Hosting.Errors;
using static Platform.Hosting.Databases.NpgsqlExtensions;

// MA0042: rows are buffered whole, so the readers' synchronous accessors never wait.
#pragma warning disable MA0042

namespace Platform.Hosting.ChangeLog;

/// <summary>
/// The change log on PostgreSQL. Positions are assigned to changes after their commit by whoever holds an advisory lock, in
/// the order of their ids: whatever becomes visible later gets a higher position, so that a reader that has read up to a
/// position has seen everything at or below it, however the transactions interleaved.
/// </summary>
internal sealed class PostgresChangeLog(NpgsqlDataSource database) : ChangeLogEngine
{
    private const string Columns =
        ColumnsBeforeState + "state, " + ColumnsAfterState;

    private const string ColumnsBeforeState =
        "change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor, request_id, ";

    private const string ColumnsAfterState = "corrected_version, reason, is_current, (select log_id from store), trace_parent";

    private const string Position = "(select position from change_position where id = change.id)";

    private const string History = $"select {Position}, {Columns} from change";

    private const string Versions =
        $"select {Position}, {ColumnsBeforeState} ''::bytea, {ColumnsAfterState} from change where resource_name = any($1)";

    private static readonly string VersionsWithState = Block.Sql($"""
        select {Position}, {Columns}, place
        from unnest($1, $2) with ordinality as wanted (name, version, place)
        join change on resource_name = wanted.name and resource_version = wanted.version
        """, "place", "octet_length");

    private static readonly string Log = Block.Sql($"""
        select position, {Columns}
        from (select position, id from change_position where position > $1 order by position limit $2) p join change using (id)
        """, "position", "octet_length");

    private static readonly string HistoryOfOne = Block.Sql(
        $"{History} where resource_name = $1 and resource_version > $2 order by resource_version limit $3", "resource_version",
        "octet_length");

    // Changes without a position are those committed since the last time, in the order in which they were inserted. A
    // change of a resource is inserted after the previous one was committed, so its position is higher.
    private const string AssignPositions = """
        with taken as (delete from change_unnumbered returning id)
        insert into change_position (position, id)
        select (select coalesce(max(position), 0) from change_position) + row_number() over (order by id), id from taken
        """;

    // Arbitrary keys of advisory locks, the same in all replicas of a service; each service has its own database.
    private const long PositionAssignerLock = 7_310_001;

    /// <summary>Shared by every write until it is committed; whoever settles a moment has it alone.</summary>
    internal const long SettlingLock = 7_310_002;

    // After the process that publishes dies, another takes over within this time and a second, in which it looks.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    // Machine and process for operators; the rest distinguishes it from an earlier process with the same id.
    private readonly string _holder = $"{Environment.MachineName} {Environment.ProcessId} {Guid.NewGuid():n}";

    public override async Task<string> LogIdAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select log_id from store");
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }

    public override async Task<long> AssignPositionsAsync(CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        batch.Add("select pg_advisory_xact_lock($1)", Parameter(PositionAssignerLock));
        batch.Add(AssignPositions);
        batch.Add("select coalesce(max(position), 0) from change_position");
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        // The row of the lock, which has no value; assigning gives no rows.
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetInt64(0);
    }

    public override async Task SettleAsync(DateTimeOffset time, CancellationToken cancel)
    {
        // Settled already, as when a report is made again: no write has to wait.
        if (await SettledUntilAsync(cancel) >= time)
            return;
        await using var batch = database.CreateBatch();
        // While it waits no other write begins.
        batch.Add("set local lock_timeout = '2s'");
        batch.Add("select pg_advisory_xact_lock($1)", Parameter(SettlingLock));
        batch.Add("update store set settled_until = greatest(settled_until, $1)", Parameter(time));
        try
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw ApiError.LimitExceeded("settling", "A write that was begun earlier has not ended within two seconds. Try again "
                + "shortly.", TimeSpan.FromSeconds(1));
        }
    }

    public override async Task<DateTimeOffset> SettledUntilAsync(CancellationToken cancel)
    {
        // The earliest moment that DateTime has.
        await using var command = database.CreateCommand("select greatest(settled_until, '0001-01-01 00:00:00Z') from store");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetFieldValue<DateTimeOffset>(0);
    }

    public override async Task<Block<ChangeRow>> ReadAsync(long afterPosition, int limit, CancellationToken cancel) =>
        Block.Of(await ReadAsync(Log, [afterPosition, limit], cancel), limit, row => row.State.Length);

    public override Task<List<ChangeRow>> VersionsAsync(IReadOnlyCollection<string> names, CancellationToken cancel) =>
        ReadAsync(Versions, [names.ToArray()], cancel);

    protected override Task<List<ChangeRow>> FindVersionsAsync(IReadOnlyList<ChangeRow> versions, CancellationToken cancel) =>
        ReadAsync(VersionsWithState, [versions.Select(v => v.ResourceName).ToArray(), versions.Select(v => v.Version).ToArray()], cancel);

    public override async Task<HashSet<string>> RestrictedAsync(IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        cancel = Database.OnceBegun(cancel);
        await using var command = database.CreateCommand("select name from record where name = any($1) and restricted");
        command.Parameters.Add(new NpgsqlParameter { Value = names.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var restricted = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
            restricted.Add(reader.GetString(0));
        return restricted;
    }

    public override async Task<Block<ChangeRow>> HistoryAsync(string name, long afterVersion, int limit, CancellationToken cancel) =>
        Block.Of(await ReadAsync(HistoryOfOne, [name, afterVersion, limit], cancel), limit, row => row.State.Length);

    public override async Task<LogStatus> StatusAsync(CancellationToken cancel)
    {
        cancel = Database.OnceBegun(cancel);
        await using var command = database.CreateCommand("""
            select coalesce((select max(position) from change_position), 0), position,
                (select c.recorded_time from change_position p join change c on c.id = p.id where p.position = log_reader.position + 1)
            from log_reader where name = 'relay'
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new LogStatus(reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2));
    }

    public override async Task<Block<ChangeRow>?> RelayAsync(int limit, Func<IReadOnlyList<ChangeRow>, Task> publish,
        CancellationToken cancel)
    {
        if (await TakeLeaseAsync(cancel) is not { } position)
            return null;
        // Outside the transaction of the lease: a process that is paused while it reads must not keep the row locked.
        var block = await ReadAsync(position, limit, cancel);
        if (block.Rows.Count == 0)
            return block;
        await publish(block.Rows);
        await using var move = database.CreateCommand("update log_reader set position = $1 where name = 'relay' and holder = $2");
        move.Parameters.Add(Parameter(block.Rows[^1].Position));
        move.Parameters.Add(Parameter(_holder));
        // Not cancelled by a stop: what was published would be published again. A process that lost the lease meanwhile
        // moves nothing; the new holder publishes these changes once more.
        return await move.ExecuteNonQueryAsync(CancellationToken.None) == 1 ? block : null;
    }

    public override async Task ReleaseRelayAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand(
            "update log_reader set lease_until = '-infinity' where name = 'relay' and holder = $1");
        command.Parameters.Add(Parameter(_holder));
        await command.ExecuteNonQueryAsync(cancel);
    }

    // Renewed when a fifth of it is over, so that an idle relay writes little and a publish has the time that it may
    // take (see Relay). Null when another process has it.
    private async Task<long?> TakeLeaseAsync(CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        batch.Add("""
            update log_reader set holder = $1, lease_until = now() + $2
            where name = 'relay' and (lease_until < now() or (holder = $1 and lease_until < now() + $2 * 0.8))
            """, Parameter(_holder), Parameter(Lease));
        batch.Add("select position from log_reader where name = 'relay' and holder = $1 and lease_until > now()", Parameter(_holder));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? reader.GetInt64(0) : null;
    }

    private async Task<List<ChangeRow>> ReadAsync(string sql, object[] values, CancellationToken cancel)
    {
        cancel = Database.OnceBegun(cancel);
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<ChangeRow>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new ChangeRow(
                reader.IsDBNull(0) ? 0 : reader.GetInt64(0),
                reader.GetGuid(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetInt64(4),
                (ChangeKind)reader.GetInt16(5),
                DateOnly.ParseExact(reader.GetString(6), "yyyy-MM-dd", CultureInfo.InvariantCulture),
                reader.GetFieldValue<DateTimeOffset>(7),
                reader.GetString(8),
                reader.GetString(9),
                reader.GetFieldValue<byte[]>(10),
                reader.GetInt64(11),
                reader.GetString(12),
                reader.GetBoolean(13),
                reader.GetString(14),
                reader.GetString(15)));
        }
        return rows;
    }
}
