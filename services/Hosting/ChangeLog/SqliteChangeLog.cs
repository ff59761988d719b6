using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Platform.Common.V1;
using Platform.Hosting.Databases;

namespace Platform.Hosting.ChangeLog;

/// <summary>
/// The change log on SQLite, which has one writer at a time: the position of a change is taken inside its transaction,
/// and one process relays.
/// </summary>
internal sealed class SqliteChangeLog(SqliteDatabase database) : ChangeLogEngine, IDisposable
{
    private const string Columns = ColumnsBeforeState + "state, " + ColumnsAfterState;

    private const string ColumnsBeforeState =
        "position, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor, request_id, ";

    private const string ColumnsAfterState = "corrected_version, reason, is_current, (select log_id from store), trace_parent";

    private const string Versions = $"""
        select {ColumnsBeforeState} x'', {ColumnsAfterState} from change where resource_name in (select value from json_each($1))
        """;

    private static readonly string VersionsWithState = Block.Sql($"""
        select {Columns}, wanted.key as place
        from json_each($1) wanted join change on resource_name = wanted.value ->> 0 and resource_version = wanted.value ->> 1
        """, "place", "length");

    private static readonly string Log = Block.Sql($"select {Columns} from change where position > $1 order by position limit $2",
        "position", "length");

    private static readonly string HistoryOfOne = Block.Sql(
        $"select {Columns} from change where resource_name = $1 and resource_version > $2 order by resource_version limit $3",
        "resource_version", "length");

    private readonly SemaphoreSlim _relay = new(1, 1);

    public void Dispose() => _relay.Dispose();

    public override async Task<string> LogIdAsync(CancellationToken cancel) =>
        (await database.QueryAsync("select log_id from store", [], r => r.GetString(0), cancel))[0];

    public override async Task<long> AssignPositionsAsync(CancellationToken cancel) =>
        (await database.QueryAsync("select coalesce(max(position), 0) from change", [], r => r.GetInt64(0), cancel))[0];

    public override Task SettleAsync(DateTimeOffset time, CancellationToken cancel) =>
        database.WriteAsync(run => run("update store set settled_until = max(settled_until, $1)", [SqliteDatabase.Microseconds(time)]),
            cancel);

    public override async Task<DateTimeOffset> SettledUntilAsync(CancellationToken cancel) =>
        (await database.QueryAsync("select settled_until from store", [], r => DateTimeOffset.UnixEpoch.AddMicroseconds(r.GetInt64(0)),
            cancel))[0];

    public override async Task<Block<ChangeRow>> ReadAsync(long afterPosition, int limit, CancellationToken cancel) =>
        Block.Of(await database.QueryAsync(Log, [afterPosition, limit], Read, cancel), limit, row => row.State.Length);

    public override Task<List<ChangeRow>> VersionsAsync(IReadOnlyCollection<string> names, CancellationToken cancel) =>
        database.QueryAsync(Versions, [SqliteDatabase.Json(names)], Read, cancel);

    protected override Task<List<ChangeRow>> FindVersionsAsync(IReadOnlyList<ChangeRow> versions, CancellationToken cancel) =>
        database.QueryAsync(VersionsWithState,
            [JsonSerializer.Serialize(versions.Select(v => new object[] { v.ResourceName, v.Version }))], Read, cancel);

    public override async Task<HashSet<string>> RestrictedAsync(IReadOnlyCollection<string> names, CancellationToken cancel) =>
        [.. await database.QueryAsync("select name from record where name in (select value from json_each($1)) and restricted",
            [SqliteDatabase.Json(names)], r => r.GetString(0), cancel)];

    public override async Task<Block<ChangeRow>> HistoryAsync(string name, long afterVersion, int limit, CancellationToken cancel) =>
        Block.Of(await database.QueryAsync(HistoryOfOne, [name, afterVersion, limit], Read, cancel), limit, row => row.State.Length);

    public override async Task<LogStatus> StatusAsync(CancellationToken cancel) =>
        (await database.QueryAsync("""
            select coalesce((select max(position) from change), 0), position,
                (select recorded_time from change where change.position = log_reader.position + 1)
            from log_reader where name = 'relay'
            """, [], r => new LogStatus(r.GetInt64(0), r.GetInt64(1),
                r.IsDBNull(2) ? null : DateTimeOffset.UnixEpoch.AddMicroseconds(r.GetInt64(2))), cancel))[0];

    public override async Task<Block<ChangeRow>?> RelayAsync(int limit, Func<IReadOnlyList<ChangeRow>, Task> publish,
        CancellationToken cancel)
    {
        if (!await _relay.WaitAsync(0, cancel))
            return null;
        try
        {
            var position = (await database.QueryAsync("select position from log_reader where name = 'relay'", [], r => r.GetInt64(0),
                cancel))[0];
            var block = await ReadAsync(position, limit, cancel);
            if (block.Rows.Count == 0)
                return block;
            await publish(block.Rows);
            // Not cancelled by a stop: what was published would be published again.
            await database.WriteAsync(run => run("update log_reader set position = $1 where name = 'relay'", [block.Rows[^1].Position]),
                CancellationToken.None);
            return block;
        }
        finally
        {
            _relay.Release();
        }
    }

    private static ChangeRow Read(SqliteDataReader reader) => new(
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
        reader.GetFieldValue<byte[]>(10),
        reader.GetInt64(11),
        reader.GetString(12),
        reader.GetBoolean(13),
        reader.GetString(14),
        reader.GetString(15));
}
