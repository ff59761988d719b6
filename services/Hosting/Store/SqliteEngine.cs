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
        (await database.QueryAsync("select state from record where name = $1 and type = $2", [name, type], r => r.GetFieldValue<byte[]>(0),
            cancel)).FirstOrDefault();

    public override async Task<(byte[]? State, EarlierRequest? Earlier)> FindForWriteAsync(string name, string type, WriteRequest request,
        CancellationToken cancel)
    {
        var state = await FindAsync(name, type, cancel);
        var earlier = request.Id.Length == 0
            ? []
            : await database.QueryAsync(
                "select request_hash, resource_type, state from change where actor = $1 and request_id = $2 and request_id <> ''",
                [request.Actor, request.Id],
                r => new EarlierRequest(r.GetFieldValue<byte[]>(0), r.GetString(1), r.GetFieldValue<byte[]>(2)), cancel);
        return (state, earlier.FirstOrDefault());
    }

    public override Task<List<byte[]>> FindManyAsync(IReadOnlyCollection<string> names, string type, CancellationToken cancel) =>
        database.QueryAsync("select state from record where name in (select value from json_each($1)) and type = $2",
            [SqliteDatabase.Json(names), type], r => r.GetFieldValue<byte[]>(0), cancel);

    public override Task<List<(string Name, byte[] State)>> ListAsync(string type, IReadOnlyList<IndexEntry> filters, string after,
        int limit, CancellationToken cancel)
    {
        var values = new List<object> { type, after, limit };
        int Parameter(string value)
        {
            values.Add(value);
            return values.Count;
        }

        var sql = "select name, state from record where type = $1 and name > $2 order by name limit $3";
        if (filters.Count > 0)
        {
            // The first filter is read in the order of names; the others are looked up row by row.
            var others = filters.Skip(1).Select(f =>
                $" and exists (select 1 from record_key where type = $1 and key = ${Parameter(f.Key)} and value = ${Parameter(f.Value)} "
                    + $"and name = k.name)").ToList();
            sql = $"""
                select r.name, r.state from record_key k join record r on r.name = k.name
                where k.type = $1 and k.name > $2 and k.key = ${Parameter(filters[0].Key)}
                    and k.value = ${Parameter(filters[0].Value)}{string.Concat(others)}
                order by k.name limit $3
                """;
        }
        return database.QueryAsync(sql, values, r => (r.GetString(0), r.GetFieldValue<byte[]>(1)), cancel);
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
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == raw.SQLITE_CONSTRAINT_FOREIGNKEY)
        {
            return WriteResult.ParentMissing;
        }
    }

    public override Digests Digests { get; } = new(
        source,
        "select name, type, version, sha256(state) as hash from record",
        """
        select resource_name as name, resource_type as type, resource_version as version, kind, effective_date, recorded_time,
            sha256(state) as hash
        from change
        """);

    private static async Task WriteAsync(PendingChange change, Func<string, object[], Task> run)
    {
        var (name, type) = (change.ResourceName, change.Type.Name);
        if (change.Version == 1)
        {
            var parent = ResourceNames.Parent(name);
            await run("insert into record (name, type, parent, version, state) values ($1, $2, $3, 1, $4)",
                [name, type, parent.Length == 0 ? DBNull.Value : parent, change.State]);
        }
        await run("""
            insert into change (position, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time,
                actor, request_id, request_hash, state)
            values ((select coalesce(max(position), 0) + 1 from change), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            [
                change.ChangeId.ToString(), name, type, change.Version, (long)change.Kind, change.EffectiveDate,
                SqliteDatabase.Microseconds(change.RecordedTime), change.Request.Actor, change.Request.Id, change.Request.Hash,
                    change.State,
            ]);
        if (change.Version > 1)
        {
            await run("update record set version = $2, state = $3 where name = $1", [name, change.Version, change.State]);
            if (change.IndexEntries is not null)
                await run("delete from record_key where name = $1", [name]);
        }
        foreach (var entry in change.IndexEntries ?? [])
            await run("insert into record_key (type, key, value, name) values ($1, $2, $3, $4)", [type, entry.Key, entry.Value, name]);
    }
}
