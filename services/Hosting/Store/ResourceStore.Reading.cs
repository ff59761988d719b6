using System.Globalization;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Platform.Common.V1;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Databases;
using Platform.Hosting.Errors;
using Platform.Hosting.Paging;
using Platform.Hosting.Resources;
using Platform.Hosting.Validation;
using Platform.Hosting.Versions;

namespace Platform.Hosting.Store;

// What there is, or was on a day and as known at a moment; of restricted resources only what the caller may see.
public sealed partial class ResourceStore
{
    // How many resources one list examines at most; the page is shorter then, and the next goes on.
    internal int MaxExamined { get; set; } = 100_000;

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

    /// <summary>True when there is a resource now.</summary>
    internal async Task<bool> ExistsAsync(string name, ResourceType type, CancellationToken cancel) =>
        await _engine.FindAsync(name, type.Name, cancel) is not null;

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
}
