using System.Data.Common;
using Microsoft.Data.Sqlite;
using Platform.Hosting.Databases;
using Platform.Hosting.Resources;
using SQLitePCL;

namespace Platform.Hosting.Store;

/// <summary>
/// The store on SQLite, the embedded default: one file, one process, one writer at a time, readers beside it
/// (write-ahead log).
/// </summary>
internal sealed class SqliteEngine(SqliteDatabase database, DbDataSource source) : StoreEngine
{
    public override async Task<byte[]?> FindAsync(string name, string type, CancellationToken cancel) =>
        (await database.QueryAsync("select state from record where name = $1 and type = $2 and not removed", [name, type],
            r => r.GetFieldValue<byte[]>(0),
            cancel)).FirstOrDefault();

    public override async Task<(StoredResource? Stored, EarlierRequest? Earlier)> FindForWriteAsync(string name, string type,
        WriteRequest request, CancellationToken cancel)
    {
        var stored = await database.QueryAsync("select state, version, removed from record where name = $1 and type = $2", [name, type],
            r => new StoredResource(r.GetFieldValue<byte[]>(0), r.GetInt64(1), r.GetBoolean(2)), cancel);
        var earlier = request.Id.Length == 0
            ? []
            : await database.QueryAsync(
                "select request_hash, resource_type, state from change where actor = $1 and request_id = $2 and request_id <> ''",
                [request.Actor, request.Id],
                r => new EarlierRequest(r.GetFieldValue<byte[]>(0), r.GetString(1), r.GetFieldValue<byte[]>(2)), cancel);
        return (stored.FirstOrDefault(), earlier.FirstOrDefault());
    }

    public override async Task<Block<byte[]>> FindManyAsync(IReadOnlyCollection<string> names, string type, CancellationToken cancel) =>
        Block.Of(await database.QueryAsync(
            Block.Sql("select state, name from record where name in (select value from json_each($1)) and type = $2 and not removed",
                "name", "length"),
            [SqliteDatabase.Json(names), type], r => r.GetFieldValue<byte[]>(0), cancel), int.MaxValue, state => state.Length);

    public override async Task<Dictionary<string, string>> MergedIntoAsync(IReadOnlyCollection<string> names, CancellationToken cancel) =>
        (await database.QueryAsync("""
            select name, merged_into from record where name in (select value from json_each($1)) and merged_into is not null
            """, [SqliteDatabase.Json(names)], r => (r.GetString(0), r.GetString(1)), cancel)).ToDictionary(StringComparer.Ordinal);

    public override async Task<Block<(string Name, byte[] State)>> ListAsync(string type, IReadOnlyList<IndexFilter> filters, string after,
        int limit, bool withRemoved, CancellationToken cancel)
    {
        var values = new List<object> { type, after, limit };
        int Parameter(string value)
        {
            values.Add(value);
            return values.Count;
        }

        var sql = $"""
            select name, state from record where type = $1 and name > $2 {(withRemoved ? "" : "and not removed")} order by name limit $3
            """;
        if (filters.Count > 0)
        {
            // The first filter is read in the order of names; the others are looked up row by row. A resource that has
            // several of the values is listed once.
            string Is(IndexFilter filter) => filter.Values.Count == 1
                ? $"key = ${Parameter(filter.Key)} and value = ${Parameter(filter.Values[0])}"
                : $"key = ${Parameter(filter.Key)} and value in (select value from "
                    + $"json_each(${Parameter(SqliteDatabase.Json(filter.Values))}))";
            var first = Is(filters[0]);
            var others = string.Concat(filters.Skip(1)
                .Select(f => $" and exists (select 1 from record_key o where o.type = $1 and o.name = k.name and {Is(f)})"));
            sql = $"""
                select r.name, r.state
                from (
                    select {(filters[0].Values.Count == 1 ? "" : "distinct ")}k.name from record_key k
                    where k.type = $1 and k.name > $2 and {first}{others}
                    order by k.name limit $3
                ) k join record r on r.name = k.name
                order by r.name
                """;
        }
        var rows = await database.QueryAsync(Block.Sql(sql, "name", "length"), values,
            r => (Name: r.GetString(0), State: r.GetFieldValue<byte[]>(1)), cancel);
        return Block.Of(rows, limit, row => row.State.Length);
    }

    public override async Task<WriteResult> WriteAsync(PendingChange change, CancellationToken cancel)
    {
        try
        {
            await database.WriteAsync(run => WriteAsync(change, run), cancel);
            return WriteResult.Written;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode is raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY)
        {
            return WriteResult.Taken;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_NOTNULL)
        {
            return e.Message.Contains("change.recorded_time", StringComparison.Ordinal) ? WriteResult.Settled
                : WriteResult.ParentRestricted;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_FOREIGNKEY)
        {
            return WriteResult.ParentMissing;
        }
    }

    public override async Task<Block<(string Name, string Type, byte[] State)>> FindContainingAsync(string text, string after, int limit,
        CancellationToken cancel) =>
        Block.Of(await database.QueryAsync(Block.Sql("""
            select name, type, state from record
            where name > $1 and not removed and instr(state, cast($2 as blob)) > 0 order by name limit $3
            """, "name", "length"), [after, text, limit],
            r => (Name: r.GetString(0), Type: r.GetString(1), State: r.GetFieldValue<byte[]>(2)), cancel), limit, row => row.State.Length);

    public override Digests Digests { get; } = new(
        source,
        "select name, type, version, case when not removed then sha256(state) end as hash from record",
        """
        select resource_name as name, resource_type as type, resource_version as version, kind, effective_date, recorded_time,
            corrected_version, is_current, sha256(state) as hash
        from change
        """);

    private static async Task WriteAsync(PendingChange change, Func<string, object[], Task> run)
    {
        var (name, type) = (change.ResourceName, change.Type.Name);
        if (change.Version == 1)
        {
            var parent = ResourceNames.Parent(name);
            // Below what not everybody may see, a resource has to say who may see it: without a state it is refused.
            await run("""
                insert into record (name, type, parent, version, state, restricted) values ($1, $2, $3, 1,
                    case when $5 or not exists (select 1 from record where name = $3 and restricted) then $4 end, $6)
                """,
                [name, type, parent.Length == 0 ? DBNull.Value : parent, change.State, change.SaysHandling, change.IsRestricted]);
        }
        await run("""
            insert into change (position, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time,
                actor, request_id, request_hash, state, corrected_version, reason, is_current, trace_parent)
            values ((select coalesce(max(position), 0) + 1 from change), $1, $2, $3, $4, $5, $6,
                case when $7 > (select settled_until from store) then $7 end, $8, $9, $10, $11, $12, $13, $14, $15)
            """,
            [
                change.ChangeId.ToString(), name, type, change.Version, (long)change.Kind, change.EffectiveDate,
                SqliteDatabase.Microseconds(change.RecordTime), change.Request.Actor, change.Request.Id, change.Request.Hash,
                change.State, change.CorrectedVersion, change.Reason, change.IsCurrent, change.TraceParent,
            ]);
        if (change.Version > 1)
        {
            if (change.IsCurrent)
            {
                await run("update record set version = $2, state = $3, removed = $4, restricted = $5, merged_into = $6 where name = $1",
                    [name, change.Version, change.State, change.Removes, change.IsRestricted, (object?)change.MergedInto ?? DBNull.Value]);
            }
            else
            {
                await run("update record set version = $2 where name = $1", [name, change.Version]);
            }
            if (change.IndexEntries is not null)
                await run("delete from record_key where name = $1", [name]);
        }
        foreach (var entry in change.IndexEntries ?? [])
            await run("insert into record_key (type, key, value, name) values ($1, $2, $3, $4)", [type, entry.Key, entry.Value, name]);
    }
}
