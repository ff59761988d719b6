using System.Data.Common;
using Google.Protobuf.WellKnownTypes;
using Platform.Reporting.Databases;
using Platform.Reporting.History;

namespace Platform.Reporting.DeadLetters;

/// <summary>A change that could not be taken in, as far as its place in the log is known.</summary>
/// <param name="Id">Id of its dead letter.</param>
/// <param name="Position">Position in the service's log.</param>
/// <param name="IsDiscarded">An operator gave it up.</param>
internal readonly record struct DeadLetterPosition(string Id, long Position, bool IsDiscarded);

/// <summary>The dead letters: in the database that is kept, one for each change.</summary>
internal sealed class DeadLetterStore(WorkerDatabase database, TimeProvider time)
{
    private const string Columns =
        "id, service, change_id, position, resource_name, reason, failed_time, discard_reason, discarded_by, discard_time";

    /// <summary>Keeps a failure; a change that failed before keeps its dead letter, and one that was discarded stays so.</summary>
    public Task AddAsync(Failure failure, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return database.ExecuteAsync("""
            insert into dead_letter (id, service, change_id, position, resource_name, reason, fault, body, failed_time)
            values (@id, @service, @change_id, @position, @resource_name, @reason, @fault, @body, @failed_time)
            on conflict (service, change_id) do update
            set position = excluded.position, resource_name = excluded.resource_name, reason = excluded.reason, fault = excluded.fault,
                body = excluded.body, failed_time = excluded.failed_time
            where dead_letter.discard_time is null
            """, cancel,
            ("@id", NewId(now).ToString()),
            ("@service", failure.Service),
            ("@change_id", Storable(failure.ChangeId)),
            ("@position", failure.Position),
            ("@resource_name", Storable(failure.ResourceName)),
            ("@reason", Storable(failure.Reason)),
            ("@fault", Storable(failure.Fault)),
            ("@body", failure.Body),
            ("@failed_time", ConsumedChange.Microseconds(now)));
    }

    /// <summary>The changes of a service that could not be taken in and whose positions are known, lowest first.</summary>
    public Task<List<DeadLetterPosition>> PositionsAsync(string service, CancellationToken cancel) =>
        database.QueryAsync(
            "select id, position, discard_time is not null from dead_letter where service = @service and position > 0 order by position",
            r => new DeadLetterPosition(r.GetString(0), r.GetInt64(1), r.GetBoolean(2)), cancel, ("@service", service));

    /// <summary>How many of a service wait for an operator, also those of which no position can be read.</summary>
    public async Task<int> CountWaitingAsync(string service, CancellationToken cancel) =>
        (int)(await database.QueryAsync("select count(*) from dead_letter where service = @service and discard_time is null",
            r => r.GetInt64(0), cancel, ("@service", service)))[0];

    /// <summary>Dead letters that wait, or those that were discarded, in the order of their ids, after one.</summary>
    public Task<List<DeadLetter>> ListAsync(bool discarded, string after, int limit, CancellationToken cancel) =>
        database.QueryAsync(
            $"select {Columns} from dead_letter where (discard_time is not null) = @discarded and id > @after order by id limit @limit",
            Read, cancel,
            ("@discarded", discarded), ("@after", after), ("@limit", limit));

    /// <summary>A dead letter with its fault and body, or null.</summary>
    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancel) =>
        (await database.QueryAsync($"select {Columns}, fault, body from dead_letter where id = @id", r =>
        {
            var letter = Read(r);
            letter.Fault = r.GetString(10);
            letter.Body = Google.Protobuf.ByteString.CopyFrom((byte[])r.GetValue(11));
            return letter;
        }, cancel, ("@id", id))).FirstOrDefault();

    /// <summary>Discards a dead letter; false when it does not wait.</summary>
    public async Task<bool> DiscardAsync(string id, string reason, string by, CancellationToken cancel) =>
        await database.ExecuteAsync(
            "update dead_letter set discard_reason = @reason, discarded_by = @by, discard_time = @now where id = @id and discard_time is "
                + "null", cancel,
            ("@id", id), ("@reason", reason), ("@by", by), ("@now", ConsumedChange.Microseconds(time.GetUtcNow()))) == 1;

    /// <summary>Removes a waiting dead letter whose change was consumed, or is retried. False when it does not wait.</summary>
    public async Task<bool> RemoveAsync(string id, CancellationToken cancel) =>
        await database.ExecuteAsync("delete from dead_letter where id = @id and discard_time is null", cancel, ("@id", id)) == 1;

    // RFC 9562, 6.2, method 3: the microseconds too, so that the order of ids is that of the failures.
    private static Guid NewId(DateTimeOffset now)
    {
        Span<byte> id = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(id, bigEndian: true, out _);
        var fraction = now.Microsecond * 4096 / 1000;
        (id[6], id[7]) = ((byte)(0x70 | (fraction >> 8)), (byte)fraction);
        return new Guid(id, bigEndian: true);
    }

    // Text from the wire may contain characters that PostgreSQL cannot store.
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');

    private static DeadLetter Read(DbDataReader row)
    {
        var letter = new DeadLetter
        {
            Name = $"deadLetters/{row.GetString(0)}",
            Service = row.GetString(1),
            ChangeId = row.GetString(2),
            Position = row.GetInt64(3),
            ResourceName = row.GetString(4),
            Reason = row.GetString(5),
            FailTime = Moment(row.GetInt64(6)),
            DiscardReason = row.GetString(7),
            DiscardedBy = row.GetString(8),
        };
        if (!row.IsDBNull(9))
            letter.DiscardTime = Moment(row.GetInt64(9));
        return letter;
    }

    private static Timestamp Moment(long microseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds).ToTimestamp();
}
