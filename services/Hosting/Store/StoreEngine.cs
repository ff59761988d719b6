using Platform.Common.V1;
using Platform.Hosting.Databases;
using Platform.Hosting.Resources;
using Platform.Hosting.Telemetry;

namespace Platform.Hosting.Store;

/// <summary>A change about to be written.</summary>
internal sealed record PendingChange(
    string ResourceName,
    ResourceType Type,
    long Version,
    ChangeKind Kind,
    string EffectiveDate,
    DateTimeOffset RecordTime,
    byte[] State,
    IReadOnlyList<IndexEntry>? IndexEntries,
    WriteRequest Request)
{
    public Guid ChangeId { get; } = Guid.CreateVersion7();

    /// <summary>The call that makes it, as W3C Trace Context; empty where the call is not sampled.</summary>
    public string TraceParent { get; } = Tracing.Current;

    /// <summary>The version in whose place it stands; 0 where it corrects none.</summary>
    public long CorrectedVersion { get; init; }

    /// <summary>Why the record is corrected, the resource ends or is retracted.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The resource is now what the change carries; false for the correction of an older version.</summary>
    public bool IsCurrent { get; init; } = true;

    /// <summary>It says to whom the resource may be shown.</summary>
    public bool SaysHandling { get; init; }

    /// <summary>Not everybody may see it.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>The resource as which this one goes on; null where it was merged into none.</summary>
    public string? MergedInto { get; init; }

    /// <summary>The resource ends or is retracted.</summary>
    public bool Removes => Kind is ChangeKind.Ended or ChangeKind.Retracted;
}

/// <summary>A resource as it stands in the store.</summary>
/// <param name="State">What it is now; its last state where it has ended or was retracted.</param>
/// <param name="Version">The number of its newest version, which may be the correction of an older one.</param>
/// <param name="IsRemoved">It ended or was retracted.</param>
internal sealed record StoredResource(byte[] State, long Version, bool IsRemoved);

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

    /// <summary>Nothing written: the log is final already for the moment at which it would be recorded.</summary>
    Settled,

    /// <summary>Nothing written: not everybody may see the parent, and the new resource says nothing of itself.</summary>
    ParentRestricted,
}

/// <summary>
/// What <see cref="ResourceStore"/> needs of a database: PostgreSQL for production, SQLite for the
/// embedded default. Everything a write does is one transaction, and on PostgreSQL one round trip.
/// </summary>
internal abstract class StoreEngine
{
    /// <summary>The state of a resource; null when it does not exist, or no longer does.</summary>
    public abstract Task<byte[]?> FindAsync(string name, string type, CancellationToken cancel);

    /// <summary>A resource, even an ended or retracted one, and what an earlier request of this id did, in one round trip.</summary>
    public abstract Task<(StoredResource? Stored, EarlierRequest? Earlier)> FindForWriteAsync(string name, string type,
        WriteRequest request, CancellationToken cancel);

    /// <summary>The states of those of the resources that exist; not all where they are more than a block.</summary>
    public abstract Task<Block<byte[]>> FindManyAsync(IReadOnlyCollection<string> names, string type, CancellationToken cancel);

    /// <summary>Of those of the resources that were merged into another, that one.</summary>
    public abstract Task<Dictionary<string, string>> MergedIntoAsync(IReadOnlyCollection<string> names, CancellationToken cancel);

    /// <summary>A page in the order of names, of those after a name that pass all of the filters.</summary>
    /// <param name="type">The resource type.</param>
    /// <param name="filters">The filters, all of which must hold; only current resources are indexed.</param>
    /// <param name="after">The name after which to begin.</param>
    /// <param name="limit">Most to return.</param>
    /// <param name="withRemoved">Includes those that have ended or were retracted.</param>
    /// <param name="cancel">Cancels the read.</param>
    public abstract Task<Block<(string Name, byte[] State)>> ListAsync(string type, IReadOnlyList<IndexFilter> filters, string after,
        int limit, bool withRemoved, CancellationToken cancel);

    /// <summary>Writes a version of a resource, its index entries and its change, all or nothing.</summary>
    public abstract Task<WriteResult> WriteAsync(PendingChange change, CancellationToken cancel);

    /// <summary>Resources after a name whose state contains a text, which may name it or be part of another word.</summary>
    public abstract Task<Block<(string Name, string Type, byte[] State)>> FindContainingAsync(string text, string after, int limit,
        CancellationToken cancel);

    /// <summary>Digests of the current resources and of the change log.</summary>
    public abstract Digests Digests { get; }
}
