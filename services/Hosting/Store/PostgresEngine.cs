using System.Collections.Concurrent;
using Npgsql;
using Platform.Common.V1;

// MA0042: rows are buffered whole, so the readers' synchronous accessors never wait.
#pragma warning disable MA0042

namespace Platform.Hosting.Store;

/// <summary>
/// The store on PostgreSQL. A write is one batch, which PostgreSQL runs as one transaction in one round trip.
/// Positions are given to changes after their commit by whoever holds an advisory lock, in the order of their
/// ids: whatever becomes visible later gets a higher position, so that a reader that has read up to a position
/// has seen everything at or below it, however the transactions interleaved.
/// </summary>
internal sealed class PostgresEngine(NpgsqlDataSource database) : StoreEngine
{
    private const string ChangeColumns = "change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor, request_id, state";

    private const string History = $"select (select position from change_position where id = change.id), {ChangeColumns} from change";

    private const string Log = $"select position, {ChangeColumns} from change_position join change using (id) where position > $1 order by position limit $2";

    // Any number, the same in all replicas of a service; a service has its database to itself.
    private const long PositionAssignerLock = 7_310_001;

    // Changes flow again this long after the process that published them died.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private static readonly ConcurrentDictionary<int, string> InsertKeys = new();

    // Machine and process for an operator's eyes; the rest tells it from a process that had the same id before.
    private readonly string _holder = $"{Environment.MachineName} {Environment.ProcessId} {Guid.NewGuid():n}";

    public override async Task<byte[]?> FindAsync(string name, string type, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select state from record where name = $1 and type = $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? reader.GetFieldValue<byte[]>(0) : null;
    }

    public override async Task<(byte[]? State, EarlierRequest? Earlier)> FindForWriteAsync(string name, string type, WriteRequest request, CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        Add(batch, "select state from record where name = $1 and type = $2", Of(name), Of(type));
        if (request.Id.Length > 0)
            Add(batch, "select request_hash, resource_type, state from change where actor = $1 and request_id = $2 and request_id <> ''", Of(request.Actor), Of(request.Id));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var state = await reader.ReadAsync(cancel) ? reader.GetFieldValue<byte[]>(0) : null;
        EarlierRequest? earlier = null;
        if (await reader.NextResultAsync(cancel) && await reader.ReadAsync(cancel))
            earlier = new EarlierRequest(reader.GetFieldValue<byte[]>(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2));
        return (state, earlier);
    }

    public override async Task<List<byte[]>> FindManyAsync(IReadOnlyCollection<string> names, string type, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select state from record where name = any($1) and type = $2");
        command.Parameters.Add(new NpgsqlParameter { Value = names.ToArray() });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = type });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var states = new List<byte[]>();
        while (await reader.ReadAsync(cancel))
            states.Add(reader.GetFieldValue<byte[]>(0));
        return states;
    }

    public override async Task<List<(string Name, byte[] State)>> ListAsync(string type, IReadOnlyList<IndexEntry> keys, string after, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand();
        int Parameter(object value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
            return command.Parameters.Count;
        }

        Parameter(type);
        Parameter(after);
        Parameter(limit);
        if (keys.Count == 0)
        {
            command.CommandText = "select name, state from record where type = $1 and name > $2 order by name limit $3";
        }
        else
        {
            // The first filter is walked in the order of names; the others are looked up row by row.
            var others = keys.Skip(1).Select(k => $" and exists (select from record_key where type = $1 and key = ${Parameter(k.Key)} and value = ${Parameter(k.Value)} and name = k.name)").ToList();
            command.CommandText = $"select r.name, r.state from record_key k join record r on r.name = k.name where k.type = $1 and k.name > $2 and k.key = ${Parameter(keys[0].Key)} and k.value = ${Parameter(keys[0].Value)}{string.Concat(others)} order by k.name limit $3";
        }
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<(string, byte[])>();
        while (await reader.ReadAsync(cancel))
            rows.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        return rows;
    }

    public override Task<List<ChangeRow>> HistoryAsync(IReadOnlyCollection<string> names, CancellationToken cancel) =>
        ReadChangesAsync($"{History} where resource_name = any($1)", [names.ToArray()], cancel);

    public override Task<List<ChangeRow>> HistoryAsync(string name, long afterVersion, int limit, CancellationToken cancel) =>
        ReadChangesAsync($"{History} where resource_name = $1 and resource_version > $2 order by resource_version limit $3", [name, afterVersion, limit], cancel);

    public override async Task<WriteResult> WriteAsync(PendingChange change, CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        var name = change.ResourceName;
        if (change.Version == 1)
        {
            var parent = Errors.ResourceNames.Parent(name);
            Add(batch, "insert into record (name, type, parent, version, state) values ($1, $2, nullif($3, ''), 1, $4)",
                Of(name), Of(change.Type.Name), Of(parent), Of(change.State));
        }

        // Its unique version is what makes two writers of the same version exclude each other.
        Add(batch, InsertChange,
            Of(change.ChangeId), Of(name), Of(change.Type.Name), Of(change.Version), Of((short)change.Kind), Of(change.EffectiveDate), Of(change.RecordedTime), Of(change.Request.Actor), Of(change.Request.Id), Of(change.Request.Hash), Of(change.State));
        if (change.Version > 1)
            Add(batch, "update record set version = $2, state = $3 where name = $1", Of(name), Of(change.Version), Of(change.State));
        if (change.Version > 1 && change.Keys is not null)
            Add(batch, "delete from record_key where name = $1", Of(name));
        if (change.Keys is { Count: > 0 } keys)
        {
            var insert = new NpgsqlBatchCommand(InsertKeys.GetOrAdd(keys.Count, InsertOf)) { Parameters = { Of(change.Type.Name), Of(name) } };
            foreach (var (key, value) in keys)
            {
                insert.Parameters.Add(Of(key));
                insert.Parameters.Add(Of(value));
            }
            batch.BatchCommands.Add(insert);
        }
        try
        {
            await batch.ExecuteNonQueryAsync(cancel);
            return WriteResult.Written;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return WriteResult.Taken;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.ForeignKeyViolation, ConstraintName: "record_parent_fkey" })
        {
            return WriteResult.ParentMissing;
        }
    }

    public override async Task<long> AssignPositionsAsync(CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        Add(batch, "select pg_advisory_xact_lock($1)", Of(PositionAssignerLock));
        Add(batch, AssignPositions);
        Add(batch, "select coalesce(max(position), 0) from change_position");
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        // The lock's row, which says nothing; numbering gives no rows.
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetInt64(0);
    }

    public override async Task<string> LogIdAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select log_id from store");
        return (string)(await command.ExecuteScalarAsync(cancel))!;
    }

    public override Task<List<ChangeRow>> ReadLogAsync(long afterPosition, int limit, CancellationToken cancel) =>
        ReadChangesAsync(Log, [afterPosition, limit], cancel);

    public override async Task<LogStatus> StatusAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("""
            select coalesce((select max(position) from change_position), 0), position,
                (select c.recorded_time from change_position p join change c on c.id = p.id where p.position = log_reader.position + 1)
            from log_reader where name = 'relay'
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new LogStatus(reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2));
    }

    public override async Task<int?> RelayAsync(int limit, Func<IReadOnlyList<ChangeRow>, Task> publish, CancellationToken cancel)
    {
        if (await TakeLeaseAsync(cancel) is not { } position)
            return null;
        // Outside the transaction of the lease: a process that is stopped while it reads must not keep the row locked.
        var rows = await ReadLogAsync(position, limit, cancel);
        if (rows.Count == 0)
            return 0;
        await publish(rows);
        await using var move = database.CreateCommand("update log_reader set position = $1 where name = 'relay' and holder = $2");
        move.Parameters.Add(Of(rows[^1].Position));
        move.Parameters.Add(Of(_holder));
        // Not given up at a stop: what was published would be published again. Whoever lost the lease meanwhile moves
        // nothing; the new holder publishes these changes once more.
        return await move.ExecuteNonQueryAsync(CancellationToken.None) == 1 ? rows.Count : null;
    }

    public override async Task ReleaseRelayAsync(CancellationToken cancel)
    {
        await using var command = database.CreateCommand("update log_reader set lease_until = '-infinity' where name = 'relay' and holder = $1");
        command.Parameters.Add(Of(_holder));
        await command.ExecuteNonQueryAsync(cancel);
    }

    // Renewed when a fifth of it is over, so that a relay at rest writes little and a publish has the time that it may
    // take (see Relay). Null when another process has it.
    private async Task<long?> TakeLeaseAsync(CancellationToken cancel)
    {
        await using var batch = database.CreateBatch();
        Add(batch, "update log_reader set holder = $1, lease_until = now() + $2 where name = 'relay' and (lease_until < now() or (holder = $1 and lease_until < now() + $2 * 0.8))",
            Of(_holder), Of(Lease));
        Add(batch, "select position from log_reader where name = 'relay' and holder = $1 and lease_until > now()", Of(_holder));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? reader.GetInt64(0) : null;
    }

    private const string InsertChange = """
        with unnumbered as (insert into change_unnumbered default values returning id)
        insert into change (id, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor, request_id, request_hash, state)
        select id, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 from unnumbered
        """;

    // Unnumbered changes are those committed since the last time, in the order in which they were inserted. A change
    // of a resource is inserted after the previous one was committed, so its position is higher.
    private const string AssignPositions = """
        with taken as (delete from change_unnumbered returning id)
        insert into change_position (position, id)
        select (select coalesce(max(position), 0) from change_position) + row_number() over (order by id), id from taken
        """;

    // A row of VALUES for each key. One text for every number of keys would be `select from unnest($3, $4)`, but how
    // many rows that gives is known with the arrays only, so PostgreSQL plans it anew at every execution.
    private static string InsertOf(int keys) =>
        $"insert into record_key (type, name, key, value) values {string.Join(", ", Enumerable.Range(0, keys).Select(i => $"($1, $2, ${(2 * i) + 3}, ${(2 * i) + 4})"))}";

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }

    // Typed, so that nothing is boxed and Npgsql need not look at each value to learn what it is.
    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };

    private async Task<List<ChangeRow>> ReadChangesAsync(string sql, object[] values, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await ReadAsync(command, cancel);
    }

    private static async Task<List<ChangeRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
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
                DateOnly.ParseExact(reader.GetString(6), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                reader.GetFieldValue<DateTimeOffset>(7),
                reader.GetString(8),
                reader.GetString(9),
                reader.GetFieldValue<byte[]>(10)));
        }
        return rows;
    }

    public override Digests Digests { get; } = new(
        database,
        "select name, type, version, sha256(state) as hash from record",
        "select resource_name as name, resource_type as type, resource_version as version, kind, effective_date, (extract(epoch from recorded_time) * 1000000)::bigint as recorded_time, sha256(state) as hash from change");
}
