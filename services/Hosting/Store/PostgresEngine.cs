using System.Collections.Concurrent;
using Npgsql;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Databases;
using Platform.Hosting.Resources;
using static Platform.Hosting.Databases.NpgsqlExtensions;

// MA0042: rows are buffered whole, so the readers' synchronous accessors never wait.
#pragma warning disable MA0042

namespace Platform.Hosting.Store;

/// <summary>The store on PostgreSQL. A write is one batch, which PostgreSQL runs as one transaction in one round trip.</summary>
internal sealed class PostgresEngine(NpgsqlDataSource database) : StoreEngine
{
    // The change takes its id from the list of those without a position: none can be written without being on it. Where
    // the log is final already for its moment, it has no moment and is refused.
    private const string InsertChange = """
        with unnumbered as (insert into change_unnumbered default values returning id)
        insert into change (id, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor,
            request_id, request_hash, state, corrected_version, reason, is_current, trace_parent)
        select id, $1, $2, $3, $4, $5, $6, case when $7 > settled_until then $7 end, $8, $9, $10, $11, $12, $13, $14, $15
        from unnumbered, store
        """;

    private static readonly ConcurrentDictionary<int, string> InsertIndexEntries = new();

    public override async Task<byte[]?> FindAsync(string name, string type, CancellationToken cancel)
    {
        cancel = Database.OnceBegun(cancel);
        await using var command = database.CreateCommand("select state from record where name = $1 and type = $2 and not removed");
        command.Parameters.Add(Parameter(name));
        command.Parameters.Add(Parameter(type));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? reader.GetFieldValue<byte[]>(0) : null;
    }

    public override async Task<(StoredResource? Stored, EarlierRequest? Earlier)> FindForWriteAsync(string name, string type,
        WriteRequest request, CancellationToken cancel)
    {
        cancel = Database.OnceBegun(cancel);
        await using var batch = database.CreateBatch();
        batch.Add("select state, version, removed from record where name = $1 and type = $2", Parameter(name), Parameter(type));
        if (request.Id.Length > 0)
        {
            batch.Add("select request_hash, resource_type, state from change where actor = $1 and request_id = $2 and request_id <> ''",
                Parameter(request.Actor), Parameter(request.Id));
        }
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        var stored = await reader.ReadAsync(cancel)
            ? new StoredResource(reader.GetFieldValue<byte[]>(0), reader.GetInt64(1), reader.GetBoolean(2))
            : null;
        EarlierRequest? earlier = null;
        if (await reader.NextResultAsync(cancel) && await reader.ReadAsync(cancel))
            earlier = new EarlierRequest(reader.GetFieldValue<byte[]>(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2));
        return (stored, earlier);
    }

    public override async Task<Block<byte[]>> FindManyAsync(IReadOnlyCollection<string> names, string type, CancellationToken cancel)
    {
        cancel = Database.OnceBegun(cancel);
        await using var command = database.CreateCommand(
            Block.Sql("select state, name from record where name = any($1) and type = $2 and not removed", "name", "octet_length"));
        command.Parameters.Add(new NpgsqlParameter { Value = names.ToArray() });
        command.Parameters.Add(Parameter(type));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var states = new List<byte[]>();
        while (await reader.ReadAsync(cancel))
            states.Add(reader.GetFieldValue<byte[]>(0));
        return Block.Of(states, int.MaxValue, state => state.Length);
    }

    public override async Task<Dictionary<string, string>> MergedIntoAsync(IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        cancel = Database.OnceBegun(cancel);
        await using var command = database.CreateCommand(
            "select name, merged_into from record where name = any($1) and merged_into is not null");
        command.Parameters.Add(new NpgsqlParameter { Value = names.ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
            merged.Add(reader.GetString(0), reader.GetString(1));
        return merged;
    }

    public override async Task<Block<(string Name, byte[] State)>> ListAsync(string type, IReadOnlyList<IndexFilter> filters, string after,
        int limit, bool withRemoved, CancellationToken cancel)
    {
        cancel = Database.OnceBegun(cancel);
        await using var command = database.CreateCommand();
        int Add(object value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
            return command.Parameters.Count;
        }

        Add(type);
        Add(after);
        Add(limit);
        var rows = $"""
            select name, state from record where type = $1 and name > $2 {(withRemoved ? "" : "and not removed")} order by name limit $3
            """;
        if (filters.Count > 0)
        {
            // The first filter is read in the order of names; the others are looked up row by row. A resource that has
            // several of the values is listed once.
            string Is(IndexFilter filter) => filter.Values.Count == 1
                ? $"key = ${Add(filter.Key)} and value = ${Add(filter.Values[0])}"
                : $"key = ${Add(filter.Key)} and value = any(${Add(filter.Values.ToArray())})";
            var first = Is(filters[0]);
            var others = string.Concat(filters.Skip(1)
                .Select(f => $" and exists (select from record_key o where o.type = $1 and o.name = k.name and {Is(f)})"));
            rows = $"""
                select r.name, r.state
                from (
                    select {(filters[0].Values.Count == 1 ? "" : "distinct ")}k.name from record_key k
                    where k.type = $1 and k.name > $2 and {first}{others}
                    order by k.name limit $3
                ) k join record r on r.name = k.name
                order by r.name
                """;
        }
        command.CommandText = Block.Sql(rows, "name", "octet_length");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<(string, byte[] State)>();
        while (await reader.ReadAsync(cancel))
            found.Add((reader.GetString(0), reader.GetFieldValue<byte[]>(1)));
        return Block.Of(found, limit, row => row.State.Length);
    }

    public override async Task<WriteResult> WriteAsync(PendingChange change, CancellationToken cancel)
    {
        cancel = Database.OnceBegun(cancel);
        await using var batch = database.CreateBatch();
        var (name, type) = (change.ResourceName, change.Type.Name);
        // In a statement of its own: those after it see what was settled before it had the lock.
        batch.Add("select pg_advisory_xact_lock_shared($1)", Parameter(PostgresChangeLog.SettlingLock));
        if (change.Version == 1)
        {
            // Below what not everybody may see, a resource has to say who may see it: without a state it is refused.
            batch.Add("""
                insert into record (name, type, parent, version, state, restricted) values ($1, $2, nullif($3, ''), 1,
                    case when $5 or not exists (select from record where name = $3 and restricted) then $4 end, $6)
                """,
                Parameter(name), Parameter(type), Parameter(ResourceNames.Parent(name)), Parameter(change.State),
                Parameter(change.SaysHandling), Parameter(change.IsRestricted));
        }

        // The unique constraint on the version makes concurrent writers of the same version exclude each other.
        batch.Add(InsertChange,
            Parameter(change.ChangeId), Parameter(name), Parameter(type), Parameter(change.Version), Parameter((short)change.Kind),
            Parameter(change.EffectiveDate), Parameter(change.RecordTime), Parameter(change.Request.Actor), Parameter(change.Request.Id),
            Parameter(change.Request.Hash), Parameter(change.State), Parameter(change.CorrectedVersion), Parameter(change.Reason),
            Parameter(change.IsCurrent), Parameter(change.TraceParent));
        if (change.Version > 1 && change.IsCurrent)
        {
            batch.Add("""
                update record set version = $2, state = $3, removed = $4, restricted = $5, merged_into = nullif($6, '') where name = $1
                """,
                Parameter(name), Parameter(change.Version), Parameter(change.State), Parameter(change.Removes),
                Parameter(change.IsRestricted), Parameter(change.MergedInto ?? ""));
        }
        else if (change.Version > 1)
        {
            batch.Add("update record set version = $2 where name = $1", Parameter(name), Parameter(change.Version));
        }
        if (change.Version > 1 && change.IndexEntries is not null)
            batch.Add("delete from record_key where name = $1", Parameter(name));
        if (change.IndexEntries is { Count: > 0 } entries)
        {
            var insert = new NpgsqlBatchCommand(InsertIndexEntries.GetOrAdd(entries.Count, InsertOf))
            {
                Parameters = { Parameter(type), Parameter(name) },
            };
            foreach (var (key, value) in entries)
            {
                insert.Parameters.Add(Parameter(key));
                insert.Parameters.Add(Parameter(value));
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
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.NotNullViolation, ColumnName: "recorded_time" })
        {
            return WriteResult.Settled;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.NotNullViolation, TableName: "record", ColumnName: "state" })
        {
            return WriteResult.ParentRestricted;
        }
        catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.ForeignKeyViolation, ConstraintName: "record_parent_fkey" })
        {
            return WriteResult.ParentMissing;
        }
    }

    public override async Task<Block<(string Name, string Type, byte[] State)>> FindContainingAsync(string text, string after, int limit,
        CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Block.Sql("""
            select name, type, state from record
            where name > $1 and not removed and position(convert_to($2, 'UTF8') in state) > 0 order by name limit $3
            """, "name", "octet_length"));
        foreach (var value in new object[] { after, text, limit })
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<(string, string, byte[] State)>();
        while (await reader.ReadAsync(cancel))
            rows.Add((reader.GetString(0), reader.GetString(1), reader.GetFieldValue<byte[]>(2)));
        return Block.Of(rows, limit, row => row.State.Length);
    }

    public override Digests Digests { get; } = new(
        database,
        "select name, type, version, case when not removed then sha256(state) end as hash from record",
        """
        select resource_name as name, resource_type as type, resource_version as version, kind, effective_date,
            (extract(epoch from recorded_time) * 1000000)::bigint as recorded_time, corrected_version,
            is_current::int as is_current, sha256(state) as hash
        from change
        """);

    // A row of VALUES for each entry. One text for every number of entries would be `select from unnest($3, $4)`, but how
    // many rows that gives is known with the arrays only, so PostgreSQL plans it again at every execution.
    private static string InsertOf(int entries) =>
        $"insert into record_key (type, name, key, value) values "
            + $"{string.Join(", ", Enumerable.Range(0, entries).Select(i => $"($1, $2, ${(2 * i) + 3}, ${(2 * i) + 4})"))}";
}
