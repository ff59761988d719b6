using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Platform.Common.V1;

namespace Platform.Hosting.Store;

/// <summary>
/// The store on SQLite, the embedded default: one file, one process, one writer at a time, readers beside it
/// (write-ahead log). The position of a change is taken inside its transaction, which is safe with one writer.
/// </summary>
internal sealed class SqliteEngine(DbDataSource database) : StoreEngine, IDisposable
{
    private const string ChangeColumns = "position, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor, request_id, state";

    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly SemaphoreSlim _relay = new(1, 1);

    public void Dispose()
    {
        _writer.Dispose();
        _relay.Dispose();
    }

    public override async Task<byte[]?> FindAsync(string name, string type, CancellationToken cancel) =>
        (await QueryAsync("select state from record where name = $1 and type = $2", [name, type], r => r.GetFieldValue<byte[]>(0), cancel)).FirstOrDefault();

    public override async Task<(byte[]? State, EarlierRequest? Earlier)> FindForWriteAsync(string name, string type, WriteRequest request, CancellationToken cancel)
    {
        var state = await FindAsync(name, type, cancel);
        var earlier = request.Id.Length == 0
            ? []
            : await QueryAsync("select request_hash, resource_type, state from change where actor = $1 and request_id = $2 and request_id <> ''", [request.Actor, request.Id],
                r => new EarlierRequest(r.GetFieldValue<byte[]>(0), r.GetString(1), r.GetFieldValue<byte[]>(2)), cancel);
        return (state, earlier.FirstOrDefault());
    }

    public override Task<List<byte[]>> FindManyAsync(IReadOnlyCollection<string> names, string type, CancellationToken cancel) =>
        QueryAsync("select state from record where name in (select value from json_each($1)) and type = $2", [Json(names), type], r => r.GetFieldValue<byte[]>(0), cancel);

    public override Task<List<(string Name, byte[] State)>> ListAsync(string type, IReadOnlyList<IndexEntry> keys, string after, int limit, CancellationToken cancel)
    {
        var values = new List<object> { type, after, limit };
        int Parameter(string value)
        {
            values.Add(value);
            return values.Count;
        }

        var sql = "select name, state from record where type = $1 and name > $2 order by name limit $3";
        if (keys.Count > 0)
        {
            // The first filter is walked in the order of names; the others are looked up row by row.
            var others = keys.Skip(1).Select(k => $" and exists (select 1 from record_key where type = $1 and key = ${Parameter(k.Key)} and value = ${Parameter(k.Value)} and name = k.name)").ToList();
            sql = $"select r.name, r.state from record_key k join record r on r.name = k.name where k.type = $1 and k.name > $2 and k.key = ${Parameter(keys[0].Key)} and k.value = ${Parameter(keys[0].Value)}{string.Concat(others)} order by k.name limit $3";
        }
        return QueryAsync(sql, values, r => (r.GetString(0), r.GetFieldValue<byte[]>(1)), cancel);
    }

    public override Task<List<ChangeRow>> HistoryAsync(IReadOnlyCollection<string> names, CancellationToken cancel) =>
        QueryAsync($"select {ChangeColumns} from change where resource_name in (select value from json_each($1))", [Json(names)], ReadChange, cancel);

    public override Task<List<ChangeRow>> HistoryAsync(string name, long afterVersion, int limit, CancellationToken cancel) =>
        QueryAsync($"select {ChangeColumns} from change where resource_name = $1 and resource_version > $2 order by resource_version limit $3", [name, afterVersion, limit], ReadChange, cancel);

    public override async Task<WriteResult> WriteAsync(PendingChange change, CancellationToken cancel)
    {
        await _writer.WaitAsync(cancel);
        try
        {
            await using var connection = await OpenAsync(cancel);
            await using var transaction = connection.BeginTransaction(deferred: false);
            var parent = Errors.ResourceNames.Parent(change.ResourceName);
            if (change.Version == 1)
            {
                await RunAsync("insert into record (name, type, parent, version, state) values ($1, $2, $3, 1, $4)",
                    change.ResourceName, change.Type.Name, parent.Length == 0 ? DBNull.Value : parent, change.State);
            }
            await RunAsync("""
                insert into change (position, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor, request_id, request_hash, state)
                values ((select coalesce(max(position), 0) + 1 from change), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """,
                change.ChangeId.ToString(), change.ResourceName, change.Type.Name, change.Version, (long)change.Kind, change.EffectiveDate, Microseconds(change.RecordedTime), change.Request.Actor, change.Request.Id, change.Request.Hash, change.State);
            if (change.Version > 1)
            {
                await RunAsync("update record set version = $2, state = $3 where name = $1", change.ResourceName, change.Version, change.State);
                if (change.Keys is not null)
                    await RunAsync("delete from record_key where name = $1", change.ResourceName);
            }
            foreach (var key in change.Keys ?? [])
                await RunAsync("insert into record_key (type, key, value, name) values ($1, $2, $3, $4)", change.Type.Name, key.Key, key.Value, change.ResourceName);
            await transaction.CommitAsync(cancel);
            return WriteResult.Written;

            async Task RunAsync(string sql, params object[] values)
            {
                await using var command = Command(connection, sql, values);
                command.Transaction = transaction;
                await command.ExecuteNonQueryAsync(cancel);
            }
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode is SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE or SQLitePCL.raw.SQLITE_CONSTRAINT_PRIMARYKEY)
        {
            return WriteResult.Taken;
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT_FOREIGNKEY)
        {
            return WriteResult.ParentMissing;
        }
        finally
        {
            _writer.Release();
        }
    }

    public override async Task<long> AssignPositionsAsync(CancellationToken cancel) =>
        (await QueryAsync("select coalesce(max(position), 0) from change", [], r => r.GetInt64(0), cancel))[0];

    public override async Task<string> LogIdAsync(CancellationToken cancel) =>
        (await QueryAsync("select log_id from store", [], r => r.GetString(0), cancel))[0];

    public override Task<List<ChangeRow>> ReadLogAsync(long afterPosition, int limit, CancellationToken cancel) =>
        QueryAsync($"select {ChangeColumns} from change where position > $1 order by position limit $2", [afterPosition, limit], ReadChange, cancel);

    public override async Task<LogStatus> StatusAsync(CancellationToken cancel) =>
        (await QueryAsync("""
            select coalesce((select max(position) from change), 0), position,
                (select recorded_time from change where change.position = log_reader.position + 1)
            from log_reader where name = 'relay'
            """, [], r => new LogStatus(r.GetInt64(0), r.GetInt64(1), r.IsDBNull(2) ? null : DateTimeOffset.UnixEpoch.AddMicroseconds(r.GetInt64(2))), cancel))[0];

    public override async Task<int?> RelayAsync(int limit, Func<IReadOnlyList<ChangeRow>, Task> publish, CancellationToken cancel)
    {
        if (!await _relay.WaitAsync(0, cancel))
            return null;
        try
        {
            var position = (await QueryAsync("select position from log_reader where name = 'relay'", [], r => r.GetInt64(0), cancel))[0];
            var rows = await ReadLogAsync(position, limit, cancel);
            if (rows.Count == 0)
                return 0;
            await publish(rows);
            // Not given up at a stop: what was published would be published again.
            await _writer.WaitAsync(CancellationToken.None);
            try
            {
                await using var connection = await OpenAsync(CancellationToken.None);
                await using var move = Command(connection, "update log_reader set position = $1 where name = 'relay'", [rows[^1].Position]);
                await move.ExecuteNonQueryAsync(CancellationToken.None);
            }
            finally
            {
                _writer.Release();
            }
            return rows.Count;
        }
        finally
        {
            _relay.Release();
        }
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancel) => (SqliteConnection)await database.OpenConnectionAsync(cancel);

    private async Task<List<T>> QueryAsync<T>(string sql, IReadOnlyList<object> values, Func<SqliteDataReader, T> read, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, IReadOnlyList<object> values)
    {
        // All SQL is a constant of this file or a migration; what users sent is a parameter.
#pragma warning disable CA2100
        var command = new SqliteCommand(sql, connection);
#pragma warning restore CA2100
        for (var i = 0; i < values.Count; i++)
            command.Parameters.AddWithValue($"${(i + 1).ToString(CultureInfo.InvariantCulture)}", values[i]);
        return command;
    }

    private static string Json(IReadOnlyCollection<string> names) => System.Text.Json.JsonSerializer.Serialize(names);

    private static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    private static ChangeRow ReadChange(SqliteDataReader reader) => new(
        reader.GetInt64(0),
        Guid.Parse(reader.GetString(1)),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetInt64(4),
        (ChangeKind)reader.GetInt32(5),
        DateOnly.ParseExact(reader.GetString(6), "yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset.UnixEpoch.AddMicroseconds(reader.GetInt64(7)),
        reader.GetString(8),
        reader.GetString(9),
        reader.GetFieldValue<byte[]>(10));

    public override Digests Digests { get; } = new(
        database,
        "select name, type, version, sha256(state) as hash from record",
        "select resource_name as name, resource_type as type, resource_version as version, kind, effective_date, recorded_time, sha256(state) as hash from change");
}
