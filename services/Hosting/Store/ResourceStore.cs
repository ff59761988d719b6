using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Errors;
using Platform.Hosting.Paging;
using Platform.Hosting.Resources;
using Platform.Hosting.Validation;
using Platform.Hosting.Versions;

namespace Platform.Hosting.Store;

/// <summary>
/// The record of one service: its resources, their history and its change log. Every write puts the state,
/// what lists filter by, and the change-log row into one transaction.
/// </summary>
public sealed class ResourceStore
{
    private const int MaxAttempts = 10;
    private const int ScanBlockSize = 500;

    private readonly StoreEngine _engine;
    private readonly ChangeLogEngine _log;
    private readonly ResourceSchema _schema;
    private readonly ChangeSignal _signal;
    private readonly TimeProvider _time;

    internal ResourceStore(StoreEngine engine, ChangeLogEngine log, ResourceSchema schema, ChangeSignal signal, TimeProvider time) =>
        (_engine, _log, _schema, _signal, _time) = (engine, log, schema, signal, time);

    /// <summary>Records a resource for the first time, or returns the first answer to a repeated request.</summary>
    /// <param name="record">The resource.</param>
    /// <param name="request">Who asks.</param>
    /// <param name="cancel">Ends the attempt.</param>
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
            return Replay<T>(first, request);
        }
        if (record.EffectiveDate.Length == 0)
            record.EffectiveDate = Today();
        var change = Stamp(record, 1, ChangeKind.Created, DateTimeOffset.MinValue, previousEntries: null, request);
        switch (await _engine.WriteAsync(change, cancel))
        {
            case WriteResult.Written:
                _signal.Written.Set();
                return record;
            case WriteResult.ParentMissing:
                throw ApiError.ReferenceNotFound(request.FieldOfName(record.Descriptor), ResourceNames.Parent(record.Name));
            default:
                var (_, earlier) = await _engine.FindForWriteAsync(record.Name, change.Type.Name, request, cancel);
                return earlier is null ? throw ApiError.Exists(record.Name) : Replay<T>(earlier, request);
        }
    }

    /// <summary>
    /// Changes a resource: loads it, lets <paramref name="change"/> (a rule of the domain) alter it, and writes
    /// the new version. When no etag is given and somebody else changed it meanwhile, the rule is applied again
    /// to what they left.
    /// </summary>
    /// <param name="name">The resource.</param>
    /// <param name="etag">The etag that the caller read; empty for any.</param>
    /// <param name="request">Who asks.</param>
    /// <param name="change">
    /// Alters the resource, or refuses. It returns the day on which the world changed, ISO 8601, or an empty text
    /// for a correction of the record; null when there is nothing to change. It may run more than once.
    /// </param>
    /// <param name="cancel">Ends the attempt.</param>
    public async Task<T> ChangeAsync<T>(string name, string etag, WriteRequest request, Func<T, string?> change, CancellationToken cancel)
        where T : class, IResource, IMessage<T>, new()
    {
        var type = _schema[new T().Descriptor.Name];
        if (!ResourceNames.IsName(name))
            throw ApiError.NotFound(name);
        for (var attempt = 1; ; attempt++)
        {
            var (state, earlier) = await _engine.FindForWriteAsync(name, type.Name, request, cancel);
            if (earlier is not null)
                return Replay<T>(earlier, request);
            if (state is null)
                throw ApiError.NotFound(name);
            var record = (T)type.Parse(state);
            if (etag.Length > 0 && etag != record.Etag)
                throw ApiError.Stale(name);

            var (version, effective, recorded, entries) = (record.Version, record.EffectiveDate, record.RecordedTime.ToDateTimeOffset(),
                type.IndexEntriesOf(record));
            var changeDate = change(record);
            if (changeDate is null)
                return record;
            if (changeDate.Length > 0)
            {
                if (string.CompareOrdinal(changeDate, effective) < 0)
                {
                    throw ApiError.RuleViolated($"\"{name}\" already has a version of {effective}; a change of {changeDate} would come "
                        + $"before it. Give a later day, or correct the record by leaving the day of the change out.");
                }
                record.EffectiveDate = changeDate;
            }
            var kind = changeDate.Length > 0 ? ChangeKind.Changed : ChangeKind.Corrected;
            switch (await _engine.WriteAsync(Stamp(record, version + 1, kind, recorded, entries, request), cancel))
            {
                case WriteResult.Written:
                    _signal.Written.Set();
                    return record;
                case WriteResult.Taken when etag.Length > 0 || attempt == MaxAttempts:
                    // The same request may have come twice at once: return the concurrent duplicate's result.
                    (_, earlier) = await _engine.FindForWriteAsync(name, type.Name, request, cancel);
                    return earlier is null ? throw ApiError.Stale(name) : Replay<T>(earlier, request);
            }
        }
    }

    /// <summary>A resource, or null.</summary>
    public async Task<T?> FindAsync<T>(string name, BitemporalPoint time, CancellationToken cancel) where T : class, IResource, IMessage<T>,
        new()
    {
        var type = _schema[new T().Descriptor.Name];
        if (!ResourceNames.IsName(name))
            return null;
        if (!time.IsNow)
            return (await AtAsync<T>([name], type, time, cancel)).FirstOrDefault();
        var state = await _engine.FindAsync(name, type.Name, cancel);
        return state is null ? null : (T)type.Parse(state);
    }

    /// <summary>A resource; refuses when it does not exist.</summary>
    public async Task<T> GetAsync<T>(string name, BitemporalPoint time, CancellationToken cancel) where T : class, IResource, IMessage<T>,
        new() =>
        await FindAsync<T>(name, time, cancel) ?? throw ApiError.NotFound(name);

    /// <summary>Those of the names that exist, in the order asked, and those that do not.</summary>
    public async Task<(IReadOnlyList<T> Found, IReadOnlyList<string> Missing)> BatchGetAsync<T>(IReadOnlyList<string> names,
        BitemporalPoint time, CancellationToken cancel) where T : class, IResource, IMessage<T>, new()
    {
        CheckCount(names);
        if (names.Count == 0)
            throw ApiError.InvalidField("names", "Must name at least one resource.");
        var type = _schema[new T().Descriptor.Name];
        var asked = names.Distinct().ToList();
        var possible = asked.Where(ResourceNames.IsName).ToList();
        var found = time.IsNow
            ? (await _engine.FindManyAsync(possible, type.Name, cancel)).Select(state => (T)type.Parse(state))
            : await AtAsync<T>(possible, type, time, cancel);
        var byName = found.ToDictionary(r => r.Name);
        return (asked.Where(byName.ContainsKey).Select(n => byName[n]).ToList(), asked.Where(n => !byName.ContainsKey(n)).ToList());
    }

    /// <summary>Those of the names that do not exist.</summary>
    public async Task<IReadOnlyCollection<string>> FindMissingAsync<T>(IReadOnlyCollection<string> names, CancellationToken cancel) where T
        : class, IResource, IMessage<T>, new() =>
        (await BatchGetAsync<T>([.. names], default, cancel)).Missing;

    /// <summary>A page of resources in the order of their names. A filter with an empty value does not filter.</summary>
    /// <param name="request">The whole request: the page token is bound to it.</param>
    /// <param name="pageSize">Its page size.</param>
    /// <param name="pageToken">Its page token.</param>
    /// <param name="time">When to read.</param>
    /// <param name="filters">All must hold.</param>
    /// <param name="cancel">Ends the read.</param>
    public async Task<Page<T>> ListAsync<T>(IMessage request, int pageSize, string pageToken, BitemporalPoint time,
        IEnumerable<IndexEntry> filters, CancellationToken cancel) where T : class, IResource, IMessage<T>, new()
    {
        var type = _schema[new T().Descriptor.Name];
        ListFilters.Check(request);
        var (after, size) = (PageToken.Read(pageToken, request), PageToken.SizeOf(pageSize));
        var entries = filters.Where(f => f.Value.Length > 0).ToList();
        var limit = time.IsNow ? size + 1 : Math.Max(size + 1, ScanBlockSize);
        var items = new List<T>();
        while (true)
        {
            // Only the current versions are indexed. At another time every resource of the type is examined, in blocks:
            // a rare filter must not cost a query for every few resources.
            var batch = await _engine.ListAsync(type.Name, time.IsNow ? entries : [], after, limit, cancel);
            if (time.IsNow)
                items.AddRange(batch.Select(row => (T)type.Parse(row.State)));
            else
            {
                items.AddRange((await AtAsync<T>(batch.ConvertAll(row => row.Name), type, time, cancel))
                    .Where(r => entries.TrueForAll(type.IndexEntriesOf(r).Contains)));
            }
            if (items.Count > size)
                return new Page<T>(items[..size], PageToken.After(items[size - 1].Name, request));
            if (batch.Count < limit)
                return new Page<T>(items, "");
            after = batch[^1].Name;
        }
    }

    /// <summary>The changes of one resource, oldest first.</summary>
    public async Task<Page<ChangeRow>> ListChangesAsync(IMessage request, string name, int pageSize, string pageToken,
        CancellationToken cancel)
    {
        var after = PageToken.Read(pageToken, request);
        var size = PageToken.SizeOf(pageSize);
        if (!ResourceNames.IsName(name))
            throw ApiError.NotFound(name);
        long afterVersion = 0;
        if (after.Length > 0 && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out afterVersion))
            throw ApiError.InvalidPageToken();
        var rows = await _log.HistoryAsync(name, afterVersion, size + 1, cancel);
        if (rows.Count == 0 && after.Length == 0)
            throw ApiError.NotFound(name);
        return rows.Count > size
            ? new Page<ChangeRow>(rows[..size], PageToken.After(rows[size - 1].Version.ToString(CultureInfo.InvariantCulture), request))
            : new Page<ChangeRow>(rows, "");
    }

    /// <summary>The position at or below which every change lies that was answered before this call.</summary>
    public Task<long> LatestPositionAsync(CancellationToken cancel) => _log.AssignPositionsAsync(cancel);

    /// <summary>The identity of the change log, made with its database.</summary>
    public Task<string> LogIdAsync(CancellationToken cancel) => _log.LogIdAsync(cancel);

    /// <summary>A page of digests of the resources and their history, in the order of their names; see
    /// <see cref="Digests.ListAsync"/>.</summary>
    public Task<Page<ResourceDigest>> ListDigestsAsync(IMessage request, int pageSize, string pageToken, IReadOnlyList<string> names,
        CancellationToken cancel) =>
        _engine.Digests.ListAsync(request, pageSize, pageToken, names, cancel);

    /// <summary>Refuses more names than one request may ask for.</summary>
    internal static void CheckCount(IReadOnlyCollection<string> names)
    {
        const int MaxNames = 1000;
        if (names.Count > MaxNames)
        {
            throw ApiError.LimitExceeded("names", string.Create(CultureInfo.InvariantCulture, $"names: {names.Count} names were sent; at "
                + $"most {MaxNames} are allowed."));
        }
    }

    // UTC, ISO 8601.
    private string Today(int daysAhead = 0) =>
        DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime).AddDays(daysAhead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private PendingChange Stamp(IResource record, long version, ChangeKind kind, DateTimeOffset notBefore,
        List<IndexEntry>? previousEntries, WriteRequest request)
    {
        // A day ahead of UTC is today for whoever lives east of it.
        if (string.CompareOrdinal(record.EffectiveDate, Today(daysAhead: 1)) > 0)
        {
            throw ApiError.RuleViolated($"\"{record.Name}\" cannot hold from {record.EffectiveDate} on, a day in the future: the record "
                + $"tells what is. Give the day from which it is known.");
        }
        // Microseconds: what both databases keep. A clock set back must not let a version be known before the one
        // it follows.
        var now = _time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        if (now <= notBefore)
            now = notBefore.AddMicroseconds(1);
        record.Version = version;
        record.Etag = version.ToString(CultureInfo.InvariantCulture);
        record.RecordedTime = now.ToTimestamp();
        var type = _schema[record.Descriptor.Name];
        var entries = type.IndexEntriesOf(record);
        return new PendingChange(record.Name, type, version, kind, record.EffectiveDate, now, record.ToByteArray(),
            previousEntries is not null && previousEntries.SequenceEqual(entries) ? null : entries, request);
    }

    private T Replay<T>(EarlierRequest earlier, WriteRequest request) where T : class, IResource =>
        earlier.RequestHash.AsSpan().SequenceEqual(request.Hash)
            ? (T)_schema[earlier.ResourceType].Parse(earlier.State)
            : throw ApiError.RequestIdReused(request.Id);

    private async Task<List<T>> AtAsync<T>(IReadOnlyCollection<string> names, ResourceType type, BitemporalPoint time,
        CancellationToken cancel) where T : class, IResource
    {
        var asOf = time.AsOf ?? DateOnly.MaxValue;
        var knownAt = time.KnownAt ?? DateTimeOffset.MaxValue;
        var history = await _log.HistoryAsync(names, cancel);
        return history.Where(row => row.ResourceType == type.Name)
            .GroupBy(row => row.ResourceName)
            .Select(versions => Bitemporal.Select(versions, asOf, knownAt))
            .OfType<ChangeRow>()
            .Select(row => (T)type.Parse(row.State))
            .OrderBy(r => r.Name, StringComparer.Ordinal)
            .ToList();
    }
}
