using Platform.Common.V1;
using Platform.Hosting.Resources;

namespace Platform.Hosting.Store;

/// <summary>A change about to be written.</summary>
internal sealed record PendingChange(
    string ResourceName,
    ResourceType Type,
    long Version,
    ChangeKind Kind,
    string EffectiveDate,
    DateTimeOffset RecordedTime,
    byte[] State,
    IReadOnlyList<IndexEntry>? IndexEntries,
    WriteRequest Request)
{
    public Guid ChangeId { get; } = Guid.CreateVersion7();
}

/// <summary>What an earlier request with the same id did.</summary>
internal sealed record EarlierRequest(byte[] RequestHash, string ResourceType, byte[] State);

/// <summary>How a write ended.</summary>
internal enum WriteResult
{
    /// <summary>Committed: state, index entries and change-log row.</summary>
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
    /// <summary>The state of a resource; null when it does not exist.</summary>
    public abstract Task<byte[]?> FindAsync(string name, string type, CancellationToken cancel);

    /// <summary>The state of a resource and what an earlier request of this id did, in one round trip.</summary>
    public abstract Task<(byte[]? State, EarlierRequest? Earlier)> FindForWriteAsync(string name, string type, WriteRequest request,
        CancellationToken cancel);

    /// <summary>The states of those of the resources that exist, in any order.</summary>
    public abstract Task<List<byte[]>> FindManyAsync(IReadOnlyCollection<string> names, string type, CancellationToken cancel);

    /// <summary>A page in the order of names, of those after a name that have all of the index entries.</summary>
    public abstract Task<List<(string Name, byte[] State)>> ListAsync(string type, IReadOnlyList<IndexEntry> filters, string after,
        int limit, CancellationToken cancel);

    /// <summary>Writes a version of a resource, its index entries and its change, all or nothing.</summary>
    public abstract Task<WriteResult> WriteAsync(PendingChange change, CancellationToken cancel);

    /// <summary>Digests of the current resources and of the change log.</summary>
    public abstract Digests Digests { get; }
}
