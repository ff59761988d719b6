using Platform.Common.V1;

namespace Platform.Hosting.Store;

/// <summary>A change as it stands in the log.</summary>
public sealed record ChangeRow(
    long Position,
    Guid ChangeId,
    string ResourceName,
    string ResourceType,
    long Version,
    ChangeKind Kind,
    DateOnly EffectiveDate,
    DateTimeOffset RecordedTime,
    string Actor,
    string RequestId,
    byte[] State) : IBitemporalVersion;

/// <summary>A change about to be written.</summary>
internal sealed record PendingChange(
    string ResourceName,
    ResourceType Type,
    long Version,
    ChangeKind Kind,
    string EffectiveDate,
    DateTimeOffset RecordedTime,
    byte[] State,
    IReadOnlyList<IndexEntry>? Keys,
    WriteRequest Request)
{
    public Guid ChangeId { get; } = Guid.CreateVersion7();
}

/// <summary>What an earlier request with the same id did.</summary>
internal sealed record EarlierRequest(byte[] RequestHash, string ResourceType, byte[] State);

/// <summary>How far a change log and its relay are.</summary>
/// <param name="Position">Position of the latest change; 0 for an empty log.</param>
/// <param name="RelayPosition">Position up to which everything was published.</param>
/// <param name="OldestUnpublished">When the first change that is not published was recorded; null when there is none.</param>
internal sealed record LogStatus(long Position, long RelayPosition, DateTimeOffset? OldestUnpublished);

/// <summary>How a write ended.</summary>
internal enum WriteResult
{
    /// <summary>Committed: state, keys and change-log row.</summary>
    Written,

    /// <summary>Nothing written: the name, the version or the request id is taken.</summary>
    Taken,

    /// <summary>Nothing written: the parent resource does not exist.</summary>
    ParentMissing,
}

/// <summary>
/// What <see cref="ResourceStore"/> needs of a database: PostgreSQL for production, SQLite for the
/// embedded default. Everything a write does is one transaction, and on PostgreSQL one round trip.
/// </summary>
internal abstract class StoreEngine
{
    public abstract Task<byte[]?> FindAsync(string name, string type, CancellationToken cancel);

    /// <summary>The state of a resource and what an earlier request of this id did, in one round trip.</summary>
    public abstract Task<(byte[]? State, EarlierRequest? Earlier)> FindForWriteAsync(string name, string type, WriteRequest request, CancellationToken cancel);

    public abstract Task<List<byte[]>> FindManyAsync(IReadOnlyCollection<string> names, string type, CancellationToken cancel);

    /// <summary>A page in the order of names, of those after a name that have all of the keys.</summary>
    public abstract Task<List<(string Name, byte[] State)>> ListAsync(string type, IReadOnlyList<IndexEntry> keys, string after, int limit, CancellationToken cancel);

    /// <summary>All versions of some resources, in any order.</summary>
    public abstract Task<List<ChangeRow>> HistoryAsync(IReadOnlyCollection<string> names, CancellationToken cancel);

    /// <summary>Versions of one resource after a version, in order.</summary>
    public abstract Task<List<ChangeRow>> HistoryAsync(string name, long afterVersion, int limit, CancellationToken cancel);

    public abstract Task<WriteResult> WriteAsync(PendingChange change, CancellationToken cancel);

    /// <summary>
    /// Gives a position to every committed change that has none, and returns the highest position: every change
    /// that was committed before the call lies at or below it.
    /// </summary>
    public abstract Task<long> AssignPositionsAsync(CancellationToken cancel);

    /// <summary>The identity of the log, made with its database.</summary>
    public abstract Task<string> LogIdAsync(CancellationToken cancel);

    public abstract Task<List<ChangeRow>> ReadLogAsync(long afterPosition, int limit, CancellationToken cancel);

    /// <summary>How far the log and its relay are.</summary>
    public abstract Task<LogStatus> StatusAsync(CancellationToken cancel);

    /// <summary>
    /// Takes or renews the relay's lease, hands the next changes that were not published to <paramref name="publish"/>
    /// and moves the relay's position when it returns. Returns the number of changes; null when another process holds
    /// the lease.
    /// </summary>
    public abstract Task<int?> RelayAsync(int limit, Func<IReadOnlyList<ChangeRow>, Task> publish, CancellationToken cancel);

    /// <summary>Gives the lease back, if this process has it, so that another replica need not wait for its end.</summary>
    public virtual Task ReleaseRelayAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Digests of what is held now and of the change log.</summary>
    public abstract Digests Digests { get; }
}
