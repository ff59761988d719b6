using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Databases;
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
public sealed partial class ResourceStore : IDisposable
{
    private const int MaxAttempts = 10;
    private const int ScanBlockSize = 500;

    // How many resources one list examines at most; the page is shorter then, and the next goes on.
    internal int MaxExamined { get; set; } = 100_000;

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

    /// <summary>True when there is a resource now.</summary>
    internal async Task<bool> ExistsAsync(string name, ResourceType type, CancellationToken cancel) =>
        await _engine.FindAsync(name, type.Name, cancel) is not null;

    /// <summary>The type of a resource by its name; null where this store has none of that form.</summary>
    public ResourceType? TypeOf(string name) => _schema.OfName(name);

    /// <summary>A page of the names of resources that are below a resource, or name it in a field.</summary>
    /// <param name="request">The whole request: the page token is bound to it.</param>
    /// <param name="name">The resource; it need not exist.</param>
    /// <param name="pageSize">The <c>page_size</c> of the request.</param>
    /// <param name="pageToken">The <c>page_token</c> of the request.</param>
    /// <param name="cancel">Cancels the read.</param>
    public async Task<Page<string>> FindReferrersAsync(IMessage request, string name, int pageSize, string pageToken,
        CancellationToken cancel)
    {
        const int BlockSize = 200;
        var (after, size) = (PageToken.Read(pageToken, request), PageToken.SizeOf(pageSize));
        var found = new List<string>();
        while (true)
        {
            var (block, more) = await FindContainingAsync(name, after, BlockSize, cancel);
            found.AddRange(block.Where(r => r.Name != name && PartyFilter.Names(name, _schema[r.Type].Parse(r.State))).Select(r => r.Name));
            if (found.Count > size)
                return new Page<string>(found[..size], PageToken.After(found[size - 1], request));
            if (!more)
                return new Page<string>(found, "");
            after = block[^1].Name;
        }
    }

    // Only a retraction or a merge scans the states of every resource: one at a time, so that many of them do not
    // take the store from everybody else.
    private async Task<Block<(string Name, string Type, byte[] State)>> FindContainingAsync(string name, string after, int limit,
        CancellationToken cancel)
    {
        await _scanning.WaitAsync(cancel);
        try
        {
            return await _engine.FindContainingAsync(name, after, limit, cancel);
        }
        finally
        {
            _scanning.Release();
        }
    }

    /// <summary>A resource; null when there is none, or none that the caller may see.</summary>
    public async Task<T?> FindAsync<T>(string name, ReadRequest read, CancellationToken cancel) where T : class, IResource, IMessage<T>,
        new()
    {
        var type = _schema[new T().Descriptor.Name];
        ReadMask.Check(read.Mask, type.Descriptor);
        if (!ResourceNames.IsName(name))
            return null;
        if (!read.Time.IsNow)
        {
            return (await AtAsync<T>([name], type, read, cancel).FirstOrDefaultAsync(cancel)) is { } then ? ReadMask.Apply(read.Mask, then)
                : (read.Time.KnownAt is null ? await FindMergedAsync<T>(name, read, cancel) : null);
        }
        if (await _engine.FindAsync(name, type.Name, cancel) is not { } state)
            return await FindMergedAsync<T>(name, read, cancel);
        var resource = (T)type.Parse(state);
        return await read.Viewer.MaySeeAsync(resource, cancel) ? ReadMask.Apply(read.Mask, resource) : null;
    }

    /// <summary>A resource; refuses when it does not exist.</summary>
    public async Task<T> GetAsync<T>(string name, ReadRequest read, CancellationToken cancel) where T : class, IResource, IMessage<T>,
        new() =>
        await FindAsync<T>(name, read, cancel) ?? throw ApiError.NotFound(name);

    /// <summary>Those of the names that exist and may be seen, in the order asked, and the others.</summary>
    public async Task<(IReadOnlyList<T> Found, IReadOnlyList<string> Missing)> BatchGetAsync<T>(IReadOnlyList<string> names,
        ReadRequest read, CancellationToken cancel) where T : class, IResource, IMessage<T>, new()
    {
        CheckCount(names);
        if (names.Count == 0)
            throw ApiError.InvalidField("names", "Must name at least one resource.");
        var type = _schema[new T().Descriptor.Name];
        ReadMask.Check(read.Mask, type.Descriptor);
        var asked = names.Distinct().ToList();
        var possible = asked.Where(ResourceNames.IsName).ToList();
        var found = read.Time.IsNow ? await VisibleAsync(await NowAsync(), read, cancel) : await ThenAsync();
        var byName = found.ToDictionary(r => r.Name, r => ReadMask.Apply(read.Mask, r));
        foreach (var (old, into) in byName.Count == possible.Count || read.Time.KnownAt is not null ? []
            : await _engine.MergedIntoAsync([.. possible.Where(n => !byName.ContainsKey(n))], cancel))
        {
            if (await FindAsync<T>(into, read, cancel) is { } merged)
                byName[old] = merged;
        }
        if (SizeOf(byName.Values) > PageLimit.MaxBytes)
            throw TooLarge();
        return (asked.Where(byName.ContainsKey).Select(n => byName[n]).DistinctBy(r => r.Name).ToList(),
            asked.Where(n => !byName.ContainsKey(n)).ToList());

        async Task<List<T>> NowAsync()
        {
            var (states, more) = await _engine.FindManyAsync(possible, type.Name, cancel);
            return more ? throw TooLarge() : states.ConvertAll(state => (T)type.Parse(state));
        }

        async Task<List<T>> ThenAsync()
        {
            var (resources, bytes) = (new List<T>(), 0L);
            await foreach (var resource in AtAsync<T>(possible, type, read, cancel))
            {
                bytes += resource.CalculateSize();
                if (bytes > Block.MaxBytes)
                    throw TooLarge();
                resources.Add(resource);
            }
            return resources;
        }

        static long SizeOf(IEnumerable<T> resources) => resources.Sum(r => (long)r.CalculateSize());

        static ApiException TooLarge() => ApiError.LimitExceeded("answer_size", $"The resources asked for have more than "
            + $"{PageLimit.MaxBytes / (1024 * 1024)} MiB together. Ask for fewer at once.");
    }

    /// <summary>What there is of some names that a request refers to.</summary>
    public async Task<FoundNames> FindNamesAsync<T>(IReadOnlyCollection<string> names, CancellationToken cancel) where T : class, IResource,
        IMessage<T>, new()
    {
        var (found, missing) = await BatchGetAsync<T>([.. names], ReadRequest.Now, cancel);
        return new FoundNames(found, missing);
    }

    /// <summary>
    /// A page of resources, in the order of their names unless the request asks for another. A filter without a value does
    /// not filter.
    /// </summary>
    /// <param name="request">The whole request: the page token is bound to it, and it may order and count.</param>
    /// <param name="pageSize">The <c>page_size</c> of the request.</param>
    /// <param name="pageToken">The <c>page_token</c> of the request.</param>
    /// <param name="read">The day and moment to read by, and what the caller may see.</param>
    /// <param name="filters">The filters, all of which must hold.</param>
    /// <param name="cancel">Cancels the read.</param>
    public async Task<Page<T>> ListAsync<T>(IMessage request, int pageSize, string pageToken, ReadRequest read,
        IEnumerable<IndexFilter> filters, CancellationToken cancel) where T : class, IResource, IMessage<T>, new()
    {
        var type = _schema[new T().Descriptor.Name];
        ListFilters.Check(request);
        ReadMask.Check(read.Mask, type.Descriptor);
        var (after, size) = (PageToken.Read(pageToken, request), PageToken.SizeOf(pageSize));
        var given = filters.Where(f => f.Values.Count > 0).ToList();
        if (ListOrder.Of(request, type.Descriptor) is { } order)
        {
            var all = MatchesAsync<T>(type, given, "", ScanBlockSize, read, cancel);
            return await ListOrderedAsync<T>(request, order, after, size, all, read);
        }
        var total = ListOrder.Counts(request) ? await CountAsync<T>(type, given, read, cancel) : 0;
        var (items, page, examined) = (new List<T>(), new PageLimit(size), 0);
        await foreach (var (name, item) in MatchesAsync<T>(type, given, after, size + 1, read, cancel))
        {
            if (item is null)
            {
                examined += ScanBlockSize;
                if (examined >= MaxExamined)
                    return new Page<T>(items, PageToken.After(name, request), total);
                continue;
            }
            if (!page.Takes(item.CalculateSize()))
                return new Page<T>(items, PageToken.After(items[^1].Name, request), total);
            items.Add(ReadMask.Apply(read.Mask, item));
        }
        return new Page<T>(items, "", total);
    }

    /// <summary>Refuses a resource when another has one of the values by which it is found.</summary>
    /// <param name="record">The resource about to be recorded.</param>
    /// <param name="key">What both are found by, for example <c>iso-code</c>.</param>
    /// <param name="values">Its values.</param>
    /// <param name="alike">What they would have in common, for example <c>has the ISO code IDN</c>.</param>
    /// <param name="cancel">Cancels the read.</param>
    public async Task CheckNoDuplicateAsync(IResource record, string key, IReadOnlyList<string> values, string alike,
        CancellationToken cancel)
    {
        if (values.Count == 0)
            return;
        // Two, because one of them may be the resource itself, which is refused by its name.
        var found = await _engine.ListAsync(record.Descriptor.Name, [new IndexFilter(key, values)], "", 2, withRemoved: false, cancel);
        if (found.Rows.Find(row => row.Name != record.Name).Name is { } other)
            throw ApiError.Duplicate(other, alike);
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
        var (rows, more) = await _log.HistoryAsync(name, afterVersion, size + 1, cancel);
        if (rows.Count == 0 && after.Length == 0)
            throw ApiError.NotFound(name);
        var page = new PageLimit(size);
        var taken = rows.TakeWhile(row => page.Takes(row.State.Length)).ToList();
        return new Page<ChangeRow>(taken, taken.Count == rows.Count && !more ? ""
            : PageToken.After(taken[^1].Version.ToString(CultureInfo.InvariantCulture), request));
    }

    /// <summary>The position at or below which every change lies that was answered before this call.</summary>
    public Task<long> LatestPositionAsync(CancellationToken cancel) => _log.AssignPositionsAsync(cancel);

    /// <summary>Makes the log final up to a moment, and returns the position at or below which all that was recorded by then
    /// lies; see <see cref="ChangeLogEngine.SettleAsync"/>.</summary>
    public async Task<long> SettleAsync(DateTimeOffset time, CancellationToken cancel)
    {
        await _log.SettleAsync(time, cancel);
        return await _log.AssignPositionsAsync(cancel);
    }

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

    // What passes the filters and may be seen, after a name, in the order of names; and after each block that was examined
    // its last name, with nothing.
    private async IAsyncEnumerable<(string Name, T? Item)> MatchesAsync<T>(ResourceType type, List<IndexFilter> given, string after,
        int wanted, ReadRequest read, [EnumeratorCancellation] CancellationToken cancel) where T : class, IResource
    {
        var isNow = read.Time.IsNow;
        // Only the current versions are indexed. At another time every resource of the type is examined, in blocks: a rare
        // filter must not cost a query for every few resources.
        var limit = isNow && read.Viewer.SeesEverything ? wanted : Math.Max(wanted, ScanBlockSize);
        while (true)
        {
            var (batch, more) = await _engine.ListAsync(type.Name, isNow ? given : [], after, limit, withRemoved: !isNow, cancel);
            if (isNow)
            {
                foreach (var item in await VisibleAsync(batch.ConvertAll(row => (T)type.Parse(row.State)), read, cancel))
                    yield return (item.Name, item);
            }
            else
            {
                await foreach (var item in AtAsync<T>(batch.ConvertAll(row => row.Name), type, read, cancel))
                {
                    if (given.TrueForAll(f => f.Passes(type.IndexEntriesOf(item))))
                        yield return (item.Name, item);
                }
            }
            if (!more)
                yield break;
            after = batch[^1].Name;
            yield return (after, null);
        }
    }

    private static async Task<Page<T>> ListOrderedAsync<T>(IMessage request, ListOrder order, string after, int size,
        IAsyncEnumerable<(string Name, T? Item)> matches, ReadRequest read) where T : class, IResource, IMessage<T>, new()
    {
        const int MaxOrdered = 5000;
        var all = new List<T>();
        await foreach (var (_, item) in matches)
        {
            if (item is null)
                continue;
            if (all.Count == MaxOrdered)
            {
                throw ApiError.LimitExceeded("ordered_resources", "order_by: More than 5,000 resources pass the filters. Filter more, or "
                    + "leave order_by out.");
            }
            all.Add(item);
        }
        // The token is the place in the order: what is recorded in between may move it.
        _ = int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var skip);
        var (items, page) = (new List<T>(), new PageLimit(size));
        foreach (var item in order.Sort(all).Skip(skip))
        {
            if (!page.Takes(item.CalculateSize()))
            {
                var next = (skip + items.Count).ToString(CultureInfo.InvariantCulture);
                return new Page<T>(items, PageToken.After(next, request), all.Count);
            }
            items.Add(ReadMask.Apply(read.Mask, item));
        }
        return new Page<T>(items, "", all.Count);
    }

    private async Task<int> CountAsync<T>(ResourceType type, List<IndexFilter> given, ReadRequest read, CancellationToken cancel)
        where T : class, IResource
    {
        var count = 0;
        await foreach (var (_, item) in MatchesAsync<T>(type, given, "", ScanBlockSize, read, cancel))
            count += item is null ? 0 : 1;
        return count;
    }

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

    // Those of some names that there were at another time and that may be seen, in the order of names.
    private async IAsyncEnumerable<T> AtAsync<T>(IReadOnlyCollection<string> names, ResourceType type, ReadRequest read,
        [EnumeratorCancellation] CancellationToken cancel) where T : class, IResource
    {
        var asOf = read.Time.AsOf ?? DateOnly.MaxValue;
        var knownAt = read.Time.KnownAt ?? DateTimeOffset.MaxValue;
        var (found, newest) = (new List<ChangeRow>(), new List<ChangeRow>());
        foreach (var versions in (await _log.VersionsAsync(names, cancel)).Where(row => row.ResourceType == type.Name)
            .GroupBy(row => row.ResourceName).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            if (Bitemporal.Select(versions, asOf, knownAt) is not { } version)
                continue;
            found.Add(version);
            if (Bitemporal.Newest(versions) is var last && last.Version != version.Version)
                newest.Add(last);
        }
        // What is hidden today is hidden as it was before, too.
        var hidden = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in _log.WithStatesAsync(read.Viewer.SeesEverything ? [] : newest, cancel))
        {
            if (!await read.Viewer.MaySeeAsync(type.Parse(row.State), cancel))
                hidden.Add(row.ResourceName);
        }
        await foreach (var row in _log.WithStatesAsync(found.FindAll(v => !hidden.Contains(v.ResourceName)), cancel))
        {
            var resource = (T)type.Parse(row.State);
            if (await read.Viewer.MaySeeAsync(resource, cancel))
                yield return resource;
        }
    }

    private static async Task<List<T>> VisibleAsync<T>(List<T> resources, ReadRequest read, CancellationToken cancel) where T : IResource
    {
        if (read.Viewer.SeesEverything || resources.TrueForAll(r => !r.Handling.IsRestricted()))
            return resources;
        var visible = new List<T>();
        foreach (var resource in resources)
        {
            if (await read.Viewer.MaySeeAsync(resource, cancel))
                visible.Add(resource);
        }
        return visible;
    }

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
