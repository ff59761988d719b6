using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Platform.Benchmarks;

/// <summary>A change log in one way of ordering: its writers, and a reader that follows it and checks what it is given.</summary>
internal sealed class OrderingLog : IAsyncDisposable
{
    /// <summary>How many changes are read at once.</summary>
    public const int Page = 500;

    // As often as the platform's numberer when it is busy.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private static readonly byte[] State = new byte[600];

    private readonly NpgsqlDataSource _writers;

    // Of its own, because a reader is another process: it does not wait for writers that wait for one another.
    private readonly NpgsqlDataSource _reader;

    private readonly ConcurrentQueue<string> _created = new();
    private readonly ConcurrentDictionary<Guid, long> _committed = new();
    private readonly HashSet<Guid> _seen = [];
    private readonly ConcurrentBag<TimeSpan> _waits = [];
    private readonly List<TimeSpan> _lags = [];
    private (long, long) _position;

    private OrderingLog(Ordering way, string connection)
    {
        Way = way;
        Random.Shared.NextBytes(State);
        _writers = NpgsqlDataSource.Create(connection);
        _reader = NpgsqlDataSource.Create(connection);
    }

    public Ordering Way { get; }

    /// <summary>How many changes were committed.</summary>
    public int Committed => _committed.Count;

    /// <summary>How many of them the reader was never given.</summary>
    public int Missed => _committed.Count - _seen.Count;

    /// <summary>From the answer of each write to its being read, since the last <see cref="FollowAsync"/> began.</summary>
    public IReadOnlyList<TimeSpan> Lags => _lags;

    /// <summary>How long each write took, since the last <see cref="FollowAsync"/> began.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    public static async Task<OrderingLog> CreateAsync(Ordering way, NpgsqlConnectionStringBuilder database, CancellationToken cancel)
    {
        await using (var plain = NpgsqlDataSource.Create(database))
        await using (var create = plain.CreateCommand(way.Schema))
            await create.ExecuteNonQueryAsync(cancel);
        return new(way, new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            SearchPath = way.Name,
            MaxPoolSize = Load.InFlight,
            MaxAutoPrepare = 100,
            NoResetOnClose = true
        }.ConnectionString);
    }

    /// <summary>Creates a resource, or changes one that was created, in one round trip.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        var change = Guid.CreateVersion7();
        var isNew = !_created.TryDequeue(out var name);
        name ??= $"commitments/c{Random.Shared.Next(1000)}/progressUpdates/u{Guid.NewGuid():n}";
        await using var batch = _writers.CreateBatch();
        if (isNew)
        {
            batch.BatchCommands.Add(new("insert into record (name, type, version, state) values ($1, $2, 1, $3)")
            {
                Parameters = { Of(name), Of(Rows.Type), Of(State) },
            });
        }
        batch.BatchCommands.Add(Write(change, name, isNew ? 1 : 2));
        if (!isNew)
        {
            batch.BatchCommands.Add(new("update record set version = 2, state = $2 where name = $1")
            {
                Parameters = { Of(name), Of(State) },
            });
        }
        await batch.ExecuteNonQueryAsync(cancel);
        _committed[change] = Stopwatch.GetTimestamp();
        _waits.Add(Stopwatch.GetElapsedTime(start));
        if (isNew)
            _created.Enqueue(name);
    }

    /// <summary>Writes a change and commits it only after some time.</summary>
    public async Task WriteSlowlyAsync(TimeSpan time, CancellationToken cancel)
    {
        var change = Guid.CreateVersion7();
        await using var connection = await _writers.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.BatchCommands.Add(Write(change, $"commitments/slow-{change:n}", 1));
            await batch.ExecuteNonQueryAsync(cancel);
        }
        await Task.Delay(time, cancel);
        await transaction.CommitAsync(cancel);
        _committed[change] = Stopwatch.GetTimestamp();
    }

    /// <summary>Follows the log while others write to it, and then to its end.</summary>
    /// <exception cref="InvalidOperationException">A change was not read within ten seconds, twice, or out of order.</exception>
    public async Task FollowAsync(Task writing, CancellationToken cancel)
    {
        _lags.Clear();
        _waits.Clear();
        using var timer = new PeriodicTimer(Look);
        while (!writing.IsCompleted)
        {
            await timer.WaitForNextTickAsync(cancel);
            await CatchUpAsync(cancel);
        }
        await writing;
        for (var deadline = Stopwatch.StartNew(); await CatchUpAsync(cancel) > 0 || (Way.MissesNothing && Missed > 0);)
        {
            if (deadline.Elapsed > TimeSpan.FromSeconds(10))
                throw new InvalidOperationException($"The reader of \"{Way.Name}\" missed {Missed} changes of {Committed}.");
            await timer.WaitForNextTickAsync(cancel);
        }
    }

    /// <summary>Reads the whole log again; returns how long each full page took.</summary>
    public async Task<List<TimeSpan>> ReadAgainAsync(CancellationToken cancel)
    {
        var pages = new List<TimeSpan>();
        for (var position = (0L, 0L); ;)
        {
            var start = Stopwatch.GetTimestamp();
            var rows = await ReadAsync(position, cancel);
            if (rows.Count < Page)
                return pages;
            pages.Add(Stopwatch.GetElapsedTime(start));
            position = rows[^1].Position;
        }
    }

    /// <summary>Vacuums its tables.</summary>
    public async Task VacuumAsync(CancellationToken cancel)
    {
        var tables = await AskAsync(
            "select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables where schemaname = current_schema()", cancel);
        await using var vacuum = _reader.CreateCommand($"vacuum (analyze) {tables}");
        await vacuum.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>What its tables and indexes take on disk, in bytes.</summary>
    public async Task<long> SizeAsync(CancellationToken cancel) =>
        (long)await AskAsync(
            "select sum(pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass))::bigint from pg_tables where "
                + "schemaname = current_schema()", cancel);

    /// <summary>How much the server has written ahead, in bytes.</summary>
    public async Task<long> LogWrittenAsync(CancellationToken cancel) =>
        (long)await AskAsync("select (pg_current_wal_insert_lsn() - '0/0')::bigint", cancel);

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _writers.DisposeAsync();
    }

    private async Task<object> AskAsync(string sql, CancellationToken cancel)
    {
        await using var command = _reader.CreateCommand(sql);
        return (await command.ExecuteScalarAsync(cancel))!;
    }

    private NpgsqlBatchCommand Write(Guid change, string name, long version) => new(Way.Write)
    {
        Parameters =
        {
            Of(change), Of(name), Of(Rows.Type), Of(version), Of(Rows.Created), Of(Record.Date),
            Of(DateTimeOffset.UtcNow), Of(Rows.Actor), Of($"{change}"), Of(Rows.RequestHash), Of(State),
        },
    };

    private async Task<int> CatchUpAsync(CancellationToken cancel)
    {
        if (Way.Number is not null)
        {
            // Two statements, so that the second sees what was committed until the first had the lock.
            await using var number = _reader.CreateBatch();
            number.BatchCommands.Add(new("select pg_advisory_xact_lock(1)"));
            number.BatchCommands.Add(new(Way.Number));
            await number.ExecuteNonQueryAsync(cancel);
        }
        var read = 0;
        List<((long, long) Position, Guid Change)> rows;
        do
        {
            rows = await ReadAsync(_position, cancel);
            var now = Stopwatch.GetTimestamp();
            foreach (var (position, change) in rows)
            {
                if (position.CompareTo(_position) <= 0 || !_seen.Add(change))
                {
                    throw new InvalidOperationException($"The reader of \"{Way.Name}\" at {_position} was given change {change} at "
                        + $"{position}, which it had read.");
                }
                _position = position;
                // It may be read before its writer is told that it is committed.
                _lags.Add(_committed.TryGetValue(change, out var committed) && committed < now ? Stopwatch.GetElapsedTime(committed, now)
                    : TimeSpan.Zero);
            }
            read += rows.Count;
        }
        while (rows.Count == Page);
        return read;
    }

    private async Task<List<((long, long) Position, Guid Change)>> ReadAsync((long First, long Second) after, CancellationToken cancel)
    {
        await using var command = _reader.CreateCommand(Way.Read);
        command.Parameters.AddRange(new NpgsqlParameter[] { Of(after.First), Of(after.Second), Of(Page) });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<((long, long), Guid)>();
        while (await reader.ReadAsync(cancel))
            rows.Add(((reader.GetInt64(0), reader.GetInt64(1)), reader.GetGuid(2)));
        return rows;
    }

    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };
}
