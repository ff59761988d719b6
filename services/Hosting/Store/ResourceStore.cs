using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Errors;
using Platform.Hosting.Resources;
using Platform.Hosting.Versions;

namespace Platform.Hosting.Store;

/// <summary>
/// The record of one service: its resources, their history and its change log. Every write puts the state,
/// what lists filter by, and the change-log row into one transaction.
/// </summary>
public sealed partial class ResourceStore : IDisposable
{
    private const int MaxAttempts = 10;
    private const int ScanBlockSize = 500;

    private readonly StoreEngine _engine;
    private readonly ChangeLogEngine _log;
    private readonly ResourceSchema _schema;
    private readonly ChangeSignal _signal;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _scanning = new(1, 1);

    internal ResourceStore(StoreEngine engine, ChangeLogEngine log, ResourceSchema schema, ChangeSignal signal, TimeProvider time) =>
        (_engine, _log, _schema, _signal, _time) = (engine, log, schema, signal, time);

    /// <inheritdoc/>
    public void Dispose() => _scanning.Dispose();

    /// <summary>Records a resource for the first time, or returns the first answer to a repeated request.</summary>
    /// <param name="record">The resource.</param>
    /// <param name="request">The caller and the request id.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <param name="rule">
    /// Refuses by the state of other resources. These may have changed since a request was first answered, so that a
    /// repeated one is answered whatever the rule says now.
    /// </param>
    public async Task<T> CreateAsync<T>(T record, WriteRequest request, CancellationToken cancel, Func<Task>? rule = null) where T : class,
        IResource
    {
        try
        {
            await (rule?.Invoke() ?? Task.CompletedTask);
        }
        catch (ApiException) when (request.Id.Length > 0)
        {
            var (_, first) = await _engine.FindForWriteAsync(record.Name, record.Descriptor.Name, request, cancel);
            if (first is null)
                throw;
            return (T)Replay(first, request);
        }
        if (record.EffectiveDate.Length == 0)
            record.EffectiveDate = Today();
        var version = new NewVersion(record, ChangeKind.Created);
        var change = Stamp(version, 1, DateTimeOffset.MinValue, request);
        if (request.ValidateOnly)
        {
            await CheckCanBeCreatedAsync(record, request, cancel);
            return Unrecorded(record);
        }
        var result = await WriteAsync(change, version, cancel);
        if (result == WriteResult.ParentRestricted)
        {
            record.Inherit(await HandlingOfAsync(ResourceNames.Parent(record.Name), request, cancel));
            // Meanwhile the parent may have been opened to everybody: what is said is said for this resource then.
            record.Handling ??= new Handling { Level = HandlingLevel.Public };
            change = Stamp(version, 1, DateTimeOffset.MinValue, request);
            result = await WriteAsync(change, version, cancel);
        }
        switch (result)
        {
            case WriteResult.Written:
                _signal.Written.Set();
                return record;
            case WriteResult.ParentMissing:
                throw ApiError.ReferenceNotFound(request.FieldOfName(record.Descriptor), ResourceNames.Parent(record.Name));
            default:
                var (_, earlier) = await _engine.FindForWriteAsync(record.Name, change.Type.Name, request, cancel);
                return earlier is null ? throw ApiError.Exists(record.Name) : (T)Replay(earlier, request);
        }
    }

    /// <summary>
    /// Changes a resource: loads it, lets <paramref name="change"/> (a rule of the domain) alter it, and writes
    /// the new version. When no etag is given and somebody else changed it meanwhile, the rule is applied again
    /// to what they left.
    /// </summary>
    /// <param name="name">The resource.</param>
    /// <param name="etag">The etag that the caller read; empty for any.</param>
    /// <param name="request">The caller and the request id.</param>
    /// <param name="change">
    /// Alters the resource, or refuses. It returns why there is a new version; null when there is nothing to change. It may
    /// run more than once.
    /// </param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <param name="version">The version to alter where a correction names one; 0 for what the resource is now.</param>
    public async Task<T> ChangeAsync<T>(string name, string etag, WriteRequest request, Func<T, ChangeBasis?> change,
        CancellationToken cancel, long version = 0) where T : class, IResource, IMessage<T>, new() =>
        (T)await ChangeAsync(name, _schema[new T().Descriptor.Name], etag, request, resource => change((T)resource), cancel, version);

    private Task<IResource> ChangeAsync(string name, ResourceType type, string etag, WriteRequest request,
        Func<IResource, ChangeBasis?> change, CancellationToken cancel, long version = 0) =>
        WriteAsync(name, type, etag, request, async (now, isRemoved) =>
        {
            // An older version is read from the history; that a resource ended is a version, and may be corrected too.
            var isCurrent = version == 0 || version == now.Version;
            // A resource that has ended or was retracted can only be brought back.
            if (isRemoved && version != now.Version)
                throw ApiError.NotFound(name);
            var places = isCurrent ? [] : await PlacesAsync(name, version, cancel);
            var record = isCurrent ? now : await VersionAsync(places.Single(p => p.Version == version), type, cancel);
            var (effective, entries) = (record.EffectiveDate, isCurrent && !isRemoved ? type.IndexEntriesOf(record) : null);
            var handling = record.Handling?.Clone();
            if (change(record) is not { } basis)
                return null;
            if (basis.IsCorrection)
                await CheckOrderAsync(record, effective, basis.CorrectedVersion, places, cancel);
            else
                BeginOn(record, basis.Day);
            // Before the resource itself: an attempt that is broken off halfway is completed by the next.
            if (isCurrent && !request.ValidateOnly && !Equals(handling, record.Handling))
                await ChangeHandlingBelowAsync(record, handling, request, cancel);
            return new NewVersion(record, basis.IsCorrection ? ChangeKind.Corrected : ChangeKind.Changed)
            {
                CorrectedVersion = basis.CorrectedVersion,
                Reason = basis.Reason,
                IsCurrent = isCurrent,
                PreviousEntries = entries,
            };
        }, cancel);

    /// <summary>Records that a resource ends on a day.</summary>
    /// <param name="name">The resource.</param>
    /// <param name="typeName">Its type.</param>
    /// <param name="etag">The etag that the caller read; empty for any.</param>
    /// <param name="request">The caller and the request id.</param>
    /// <param name="day">The first day on which it no longer exists, ISO 8601.</param>
    /// <param name="reason">Why it ended.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public Task<IResource> EndAsync(string name, string typeName, string etag, WriteRequest request, string day, string reason,
        CancellationToken cancel) =>
        RemoveAsync(name, typeName, etag, request, record =>
        {
            BeginOn(record, day);
            return new NewVersion(record, ChangeKind.Ended) { Reason = reason };
        }, cancel);

    /// <summary>Records that a resource never was.</summary>
    /// <param name="name">The resource.</param>
    /// <param name="typeName">Its type.</param>
    /// <param name="etag">The etag that the caller read; empty for any.</param>
    /// <param name="request">The caller and the request id.</param>
    /// <param name="reason">Why it was recorded wrongly.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public Task<IResource> RetractAsync(string name, string typeName, string etag, WriteRequest request, string reason,
        CancellationToken cancel) =>
        RemoveAsync(name, typeName, etag, request, record => new NewVersion(record, ChangeKind.Retracted) { Reason = reason }, cancel);

    /// <summary>The type of a resource by its name; null where this store has none of that form.</summary>
    public ResourceType? TypeOf(string name) => _schema.OfName(name);

    // UTC, ISO 8601.
    private string Today(int daysAhead = 0) =>
        DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime).AddDays(daysAhead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<IResource> RemoveAsync(string name, string typeName, string etag, WriteRequest request,
        Func<IResource, NewVersion> remove, CancellationToken cancel)
    {
        var type = _schema[typeName];
        return await WriteAsync(name, type, etag, request, (record, isRemoved) =>
        {
            if (isRemoved)
                throw ApiError.NotFound(name);
            return Task.FromResult<NewVersion?>(remove(record) with { PreviousEntries = type.IndexEntriesOf(record) });
        }, cancel);
    }

    // Writes the version that `make` gives of the resource as it is now, or as it last was where it has ended; again when somebody
    // else wrote one meanwhile.
    private async Task<IResource> WriteAsync(string name, ResourceType type, string etag, WriteRequest request,
        Func<IResource, bool, Task<NewVersion?>> make, CancellationToken cancel)
    {
        if (!ResourceNames.IsName(name))
            throw ApiError.NotFound(name);
        for (var attempt = 1; ; attempt++)
        {
            var (stored, earlier) = await _engine.FindForWriteAsync(name, type.Name, request, cancel);
            if (earlier is not null)
                return Replay(earlier, request);
            if (stored is null)
                throw ApiError.NotFound(name);
            var now = type.Parse(stored.State);
            if (etag.Length > 0 && etag != now.Etag)
                throw ApiError.Stale(name);
            // Of a correction of an older version the moment is later than that of the resource as it is now.
            var recorded = stored.Version == now.Version
                ? now.RecordTime.ToDateTimeOffset()
                : (await _log.HistoryAsync(name, stored.Version - 1, 1, cancel)).Rows[0].RecordTime;
            if (await make(now, stored.IsRemoved) is not { } version)
                return now;
            var change = Stamp(version, stored.Version + 1, recorded, request);
            if (request.ValidateOnly)
                return Unrecorded(version.Record);
            switch (await WriteAsync(change, version, cancel))
            {
                case WriteResult.Written:
                    _signal.Written.Set();
                    return version.Record;
                case WriteResult.Taken when etag.Length > 0 || attempt == MaxAttempts:
                    // The same request may have come twice at once: return the concurrent duplicate's result.
                    (_, earlier) = await _engine.FindForWriteAsync(name, type.Name, request, cancel);
                    return earlier is null ? throw ApiError.Stale(name) : Replay(earlier, request);
            }
        }
    }

    // What is below a resource and had the same handling goes on having it.
    private async Task ChangeHandlingBelowAsync(IResource record, Handling? previous, WriteRequest request, CancellationToken cancel)
    {
        var own = new WriteRequest(request.Actor);
        foreach (var (type, name, _) in (await BelowAsync(record.Name, cancel)).Where(c => Equals(c.Type.Parse(c.State).Handling,
            previous)))
        {
            await WriteAsync(name, type, "", own, async (child, isRemoved) =>
            {
                if (isRemoved || !Equals(child.Handling, previous))
                    return null;
                child.Handling = record.Handling?.Clone()!;
                await ChangeHandlingBelowAsync(child, previous, request, cancel);
                return new NewVersion(child, ChangeKind.Changed);
            }, cancel);
        }
    }

    // The resources directly below a resource.
    private async Task<List<(ResourceType Type, string Name, byte[] State)>> BelowAsync(string name, CancellationToken cancel)
    {
        var below = new List<(ResourceType, string, byte[])>();
        foreach (var type in _schema.Below(name))
        {
            var (after, more) = ("", true);
            while (more)
            {
                (var children, more) = await _engine.ListAsync(type.Name, [new IndexFilter("parent", name)], after, ScanBlockSize,
                    withRemoved: false, cancel);
                below.AddRange(children.Select(c => (type, c.Name, c.State)));
                after = children.Count > 0 ? children[^1].Name : after;
            }
        }
        return below;
    }

    private async Task<Handling?> HandlingOfAsync(string name, WriteRequest request, CancellationToken cancel) =>
        _schema.OfName(name) is { } type && (await _engine.FindForWriteAsync(name, type.Name, request, cancel)).Stored is { } stored
            ? type.Parse(stored.State).Handling
            : null;

    // What the database refuses by itself when a resource is written.
    private async Task CheckCanBeCreatedAsync(IResource record, WriteRequest request, CancellationToken cancel)
    {
        var parent = ResourceNames.Parent(record.Name);
        if (parent.Length > 0 && _schema.OfName(parent) is { } parentType)
        {
            if ((await _engine.FindForWriteAsync(parent, parentType.Name, request, cancel)).Stored is not { } stored)
                throw ApiError.ReferenceNotFound(request.FieldOfName(record.Descriptor), parent);
            record.Inherit(parentType.Parse(stored.State).Handling is { } handling && handling.IsRestricted() ? handling : null);
        }
        if ((await _engine.FindForWriteAsync(record.Name, record.Descriptor.Name, request, cancel)).Stored is not null)
            throw ApiError.Exists(record.Name);
    }

    // The answer to a request that is only checked.
    private static T Unrecorded<T>(T record) where T : IResource
    {
        record.RecordTime = null!;
        return record;
    }

    // The world changed on a day, not before the version that is there.
    private static void BeginOn(IResource record, string day)
    {
        if (string.CompareOrdinal(day, record.EffectiveDate) < 0)
        {
            throw ApiError.RuleViolated(Rule.ChangeOutOfOrder,
                $"\"{record.Name}\" already has a version of {record.EffectiveDate}; a change of {day} would come "
                + $"before it. Give a later day, or correct the version that was wrong.");
        }
        record.EffectiveDate = day;
    }

    private async Task<IResource> VersionAsync(ChangeRow version, ResourceType type, CancellationToken cancel) =>
        type.Parse((await _log.WithStatesAsync([version], cancel).SingleAsync(cancel)).State);

    // What stands in each place of a resource's history, where a version to be corrected must be one of them.
    private async Task<List<ChangeRow>> PlacesAsync(string name, long version, CancellationToken cancel)
    {
        var history = await _log.VersionsAsync([name], cancel);
        var places = Bitemporal.Places(history).Select(p => p.Version).ToList();
        if (places.Exists(p => p.Version == version))
            return places;
        throw ApiError.RuleViolated(Rule.VersionNotCorrectable, history.Find(row => row.CorrectedVersion == version) is { } correction
            ? $"Version {version} of \"{name}\" was corrected already, by version {correction.Version}. Correct that one."
            : $"\"{name}\" has no version {version}. Its newest is {history.Max(row => row.Version)}.");
    }

    // A correction may move a version's day, but not past the versions before and after it.
    private async Task CheckOrderAsync(IResource record, string previousDay, long version, List<ChangeRow> places,
        CancellationToken cancel)
    {
        if (record.EffectiveDate == previousDay)
            return;
        if (places.Count == 0)
            places = await PlacesAsync(record.Name, version, cancel);
        var index = places.FindIndex(p => p.Version == version);
        var (before, after) = (places.ElementAtOrDefault(index - 1), places.ElementAtOrDefault(index + 1));
        if (index > 0 && string.CompareOrdinal(record.EffectiveDate, Day(before!)) < 0)
            throw OutOfOrder(before!);
        if (after is not null && string.CompareOrdinal(record.EffectiveDate, Day(after)) > 0)
            throw OutOfOrder(after);

        static string Day(ChangeRow row) => row.EffectiveDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        ApiException OutOfOrder(ChangeRow other) => ApiError.RuleViolated(Rule.CorrectionOutOfOrder,
            $"Version {version} of \"{record.Name}\" cannot hold from "
            + $"{record.EffectiveDate} on: version {other.Version} holds from {Day(other)} on. Give a day on the other side of it, or "
            + $"correct that version first.");
    }

    // A moment that was settled between the stamp and the write is over: the change is stamped after it.
    private async Task<WriteResult> WriteAsync(PendingChange change, NewVersion version, CancellationToken cancel)
    {
        while (true)
        {
            var result = await _engine.WriteAsync(change, cancel);
            if (result != WriteResult.Settled)
                return result;
            change = Stamp(version, change.Version, await _log.SettledUntilAsync(cancel), change.Request);
        }
    }

    private PendingChange Stamp(NewVersion version, long number, DateTimeOffset notBefore, WriteRequest request)
    {
        var record = version.Record;
        // A day ahead of UTC is today for whoever lives east of it.
        if (string.CompareOrdinal(record.EffectiveDate, Today(daysAhead: 1)) > 0)
        {
            throw ApiError.RuleViolated(Rule.EffectiveInFuture,
                $"\"{record.Name}\" cannot hold from {record.EffectiveDate} on, a day in the future: the record "
                + $"tells what is. Give the day from which it is known.");
        }
        // Microseconds: what both databases keep. A clock set back must not let a version be known before the one
        // it follows.
        var now = _time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        if (now <= notBefore)
            now = notBefore.AddMicroseconds(1);
        record.Version = number;
        record.Etag = number.ToString(CultureInfo.InvariantCulture);
        record.RecordTime = now.ToTimestamp();
        var type = _schema[record.Descriptor.Name];
        var change = new PendingChange(record.Name, type, number, version.Kind, record.EffectiveDate, now, record.ToByteArray(), null,
            request)
        {
            CorrectedVersion = version.CorrectedVersion,
            Reason = version.Reason,
            IsCurrent = version.IsCurrent,
            SaysHandling = record.Handling is not null,
            IsRestricted = record.Handling.IsRestricted(),
            MergedInto = version.MergedInto,
        };
        // An ended or retracted resource is found by no filter; nor is another by what its older versions had.
        if (!change.IsCurrent)
            return change;
        var entries = change.Removes ? [] : type.IndexEntriesOf(record);
        return version.PreviousEntries is { } previous && previous.SequenceEqual(entries) ? change : change with { IndexEntries = entries };
    }

    private IResource Replay(EarlierRequest earlier, WriteRequest request) =>
        earlier.RequestHash.AsSpan().SequenceEqual(request.Hash)
            ? _schema[earlier.ResourceType].Parse(earlier.State)
            : throw ApiError.RequestIdReused(request.Id);

    // A version about to be written.
    private sealed record NewVersion(IResource Record, ChangeKind Kind)
    {
        public long CorrectedVersion { get; init; }

        public string Reason { get; init; } = "";

        public string? MergedInto { get; init; }

        public bool IsCurrent { get; init; } = true;

        // What lists filtered the version before by; null where there was none.
        public List<IndexEntry>? PreviousEntries { get; init; }
    }
}
