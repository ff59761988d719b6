using System.Runtime.CompilerServices;
using Platform.Common.V1;
using Platform.Hosting.Databases;
using Platform.Hosting.Versions;

namespace Platform.Hosting.ChangeLog;

/// <summary>A change as it stands in the log.</summary>
/// <param name="Position">Its position; 0 while it has none.</param>
/// <param name="ChangeId">Its identity on the bus.</param>
/// <param name="ResourceName">The resource that it changed.</param>
/// <param name="ResourceType">The name of the resource's message.</param>
/// <param name="Version">The version of the resource that it made.</param>
/// <param name="Kind">What it did.</param>
/// <param name="EffectiveDate">The day from which the version holds.</param>
/// <param name="RecordTime">The moment at which it was recorded.</param>
/// <param name="Actor">The subject of the token of whoever made it.</param>
/// <param name="RequestId">The id of the request; empty when it had none.</param>
/// <param name="State">The resource after the change, as protobuf.</param>
/// <param name="CorrectedVersion">The version in whose place it stands; 0 where it corrects none.</param>
/// <param name="Reason">Why the record was corrected, the resource ended or was retracted.</param>
/// <param name="IsCurrent">The resource was what the change carries once it was made.</param>
/// <param name="LogId">The identity of the log.</param>
/// <param name="TraceParent">The call that made it, as W3C Trace Context; empty where the call was not sampled.</param>
public sealed record ChangeRow(
    long Position,
    Guid ChangeId,
    string ResourceName,
    string ResourceType,
    long Version,
    ChangeKind Kind,
    DateOnly EffectiveDate,
    DateTimeOffset RecordTime,
    string Actor,
    string RequestId,
    byte[] State,
    long CorrectedVersion,
    string Reason,
    bool IsCurrent,
    string LogId,
    string TraceParent) : IBitemporalVersion;

/// <summary>How far a change log and its relay are.</summary>
/// <param name="Position">Position of the latest change; 0 for an empty log.</param>
/// <param name="RelayPosition">Position up to which everything was published.</param>
/// <param name="OldestUnpublished">When the first change that is not published was recorded; null when there is none.</param>
internal sealed record LogStatus(long Position, long RelayPosition, DateTimeOffset? OldestUnpublished);

/// <summary>
/// A change log in a database: positions, the relay's lease, and reading. A change is written by the store, in the
/// transaction that makes it (<c>StoreEngine</c>).
/// </summary>
internal abstract class ChangeLogEngine
{
    /// <summary>The identity of the log, made with its database.</summary>
    public abstract Task<string> LogIdAsync(CancellationToken cancel);

    /// <summary>
    /// Gives a position to every committed change that has none, and returns the highest position: every change
    /// that was committed before the call lies at or below it.
    /// </summary>
    public abstract Task<long> AssignPositionsAsync(CancellationToken cancel);

    /// <summary>
    /// Makes the log final up to a moment: what is committed later is recorded after it. Returns when no write is under
    /// way that is stamped at or before it.
    /// </summary>
    public abstract Task SettleAsync(DateTimeOffset time, CancellationToken cancel);

    /// <summary>The moment up to which the log is final.</summary>
    public abstract Task<DateTimeOffset> SettledUntilAsync(CancellationToken cancel);

    /// <summary>The changes after a position, in order: a block of them, and at most so many.</summary>
    public abstract Task<Block<ChangeRow>> ReadAsync(long afterPosition, int limit, CancellationToken cancel);

    /// <summary>All versions of some resources, in any order, without their states: these may be large.</summary>
    public abstract Task<List<ChangeRow>> VersionsAsync(IReadOnlyCollection<string> names, CancellationToken cancel);

    /// <summary>Versions with their states, in the order given: a block of them.</summary>
    protected abstract Task<List<ChangeRow>> FindVersionsAsync(IReadOnlyList<ChangeRow> versions, CancellationToken cancel);

    /// <summary>Versions with their states, in the order given, read in blocks as they are wanted.</summary>
    public async IAsyncEnumerable<ChangeRow> WithStatesAsync(IReadOnlyList<ChangeRow> versions,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        const int AtOnce = 500;
        for (var done = 0; done < versions.Count;)
        {
            var asked = versions.Skip(done).Take(AtOnce).ToList();
            var rows = await FindVersionsAsync(asked, cancel);
            foreach (var row in rows)
                yield return row;
            // Those that the block had no room for are asked for again.
            done += rows.Count == 0 ? asked.Count
                : 1 + asked.FindLastIndex(v => v.ResourceName == rows[^1].ResourceName && v.Version == rows[^1].Version);
        }
    }

    /// <summary>Those of some resources that not everybody may see now.</summary>
    public abstract Task<HashSet<string>> RestrictedAsync(IReadOnlyCollection<string> names, CancellationToken cancel);

    /// <summary>Versions of one resource after a version, in order: a block of them, and at most so many.</summary>
    public abstract Task<Block<ChangeRow>> HistoryAsync(string name, long afterVersion, int limit, CancellationToken cancel);

    /// <summary>How far the log and its relay are.</summary>
    public abstract Task<LogStatus> StatusAsync(CancellationToken cancel);

    /// <summary>
    /// Takes or renews the relay's lease, hands the next changes that were not published to <paramref name="publish"/>
    /// and moves the relay's position when it returns. Returns what it handed on; null when another process holds the lease.
    /// </summary>
    public abstract Task<Block<ChangeRow>?> RelayAsync(int limit, Func<IReadOnlyList<ChangeRow>, Task> publish, CancellationToken cancel);

    /// <summary>Gives the lease back, if this process has it, so that another replica need not wait for its end.</summary>
    public virtual Task ReleaseRelayAsync(CancellationToken cancel) => Task.CompletedTask;
}
