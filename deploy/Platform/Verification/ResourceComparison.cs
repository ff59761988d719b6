using Platform.ChangeLog.V1;
using Platform.Common.V1;
using Platform.Tool.Client;
using Platform.Tool.Output;

namespace Platform.Tool.Verification;

/// <summary>How much of one resource type there is.</summary>
/// <param name="service">The service that has the type.</param>
/// <param name="type">For example <c>Meeting</c>.</param>
internal sealed class TypeCount(string service, string type)
{
    public string Service => service;

    public string Type => type;

    /// <summary>Resources in the service and in the worker.</summary>
    public (long Held, long Consumed) Resources { get; set; }

    /// <summary>Versions in the service's change log and in the worker's history.</summary>
    public (long Held, long Consumed) Versions { get; set; }

    /// <summary>Resources with a difference.</summary>
    public long Different { get; set; }
}

/// <summary>
/// Compares what the services hold with what the worker consumed, in memory that does not grow with the record: two
/// lists in the order of names are read beside each other. The record changes meanwhile, so whatever differs is looked
/// at again when the worker has consumed everything recorded by then, before it is reported.
/// </summary>
/// <param name="calls">Calls the services and the worker.</param>
/// <param name="positions">How long their logs are, and how far the worker is.</param>
/// <param name="timeout">How long the worker may consume nothing while it is waited for.</param>
/// <param name="limit">How many differences are kept to be shown; the others are counted.</param>
internal sealed class ResourceComparison(RetryingClient calls, ChangePositions positions, TimeSpan timeout, int limit)
{
    private const int Looks = 3;
    private const int BatchSize = 500;

    private readonly SortedDictionary<string, TypeCount> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _differences = [];
    private readonly HashSet<string> _lagging = new(StringComparer.Ordinal);

    /// <summary>The counts, in the order of services and types.</summary>
    public IReadOnlyCollection<TypeCount> Counts => _counts.Values;

    /// <summary>The differences, at most as many as are to be shown.</summary>
    public IReadOnlyList<string> Differences => _differences;

    /// <summary>How many differences there are.</summary>
    public long DifferenceCount { get; private set; }

    /// <summary>How many resources changed each time they were looked at, so that only their versions could be compared.</summary>
    public long InMotion { get; private set; }

    /// <summary>Compares which change logs the services have with those that the worker consumed.</summary>
    public async Task CompareLogsAsync(IReadOnlyDictionary<string, GetLatestPositionResponse> ends, CancellationToken cancel)
    {
        var consumed = await positions.ConsumedAsync(cancel);
        foreach (var (service, end) in ends)
        {
            if (consumed.GetValueOrDefault(service)?.LogId is { Length: > 0 } logId && logId != end.LogId)
            {
                Tell($"{service}: its change log is {end.LogId}, but the worker holds the changes of {logId}: the service has another "
                    + $"database than before.");
            }
        }
    }

    /// <summary>Waits until the worker has consumed everything recorded by now; what it lacks is reported as a difference.</summary>
    /// <param name="latest">The position of each service's latest change.</param>
    /// <param name="advance">Receives the number of changes consumed so far.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task WaitForWorkerAsync(IReadOnlyDictionary<string, long> latest, Action<long> advance, CancellationToken cancel)
    {
        // Do not wait again for a worker that makes no progress.
        foreach (var service in await positions.WaitForWorkerAsync(latest, _lagging.Count == 0 ? timeout : TimeSpan.Zero, advance, cancel))
        {
            if (_lagging.Add(service.Service))
            {
                Tell($"{service.Service}: the worker has consumed its changes up to position {service.Consumed:N0} of "
                    + $"{service.Latest:N0}, and nothing more for {Terminal.Count((long)timeout.TotalSeconds, "second")}.");
            }
        }
    }

    /// <summary>Compares one service with the worker.</summary>
    /// <param name="service">The service.</param>
    /// <param name="latest">The position of its latest change before.</param>
    /// <param name="advance">Receives the number of versions compared so far.</param>
    /// <param name="cancel">Cancels the comparison.</param>
    public async Task CompareAsync(PlatformService service, long latest, Action<long> advance, CancellationToken cancel)
    {
        var (name, compared) = (service.Name, 0L);
        var (held, consumed) = (DigestList.OfService(calls, service), DigestList.OfWorker(calls, service));
        var again = new List<string>();
        await foreach (var (inService, inWorker) in SideBySideAsync(held.AllAsync(cancel), consumed.AllAsync(cancel)))
        {
            compared += inService?.HistoryVersions ?? 0;
            advance(compared);
            if (!Difference.Of(name, inService, inWorker).Any())
            {
                Count(name, inService, inWorker);
                continue;
            }
            again.Add((inService ?? inWorker)!.ResourceName);
            if (again.Count == BatchSize)
            {
                await LookAgainAsync(name, held, consumed, again, cancel);
                again.Clear();
            }
        }
        await LookAgainAsync(name, held, consumed, again, cancel);
        await CheckLogAsync(name, latest, cancel);
    }

    private async Task LookAgainAsync(string service, DigestList held, DigestList consumed, List<string> names, CancellationToken cancel)
    {
        for (var look = 1; names.Count > 0; look++)
        {
            var before = await held.OfAsync(names, cancel);
            // From here on the worker holds at least what the service held before.
            await WaitForWorkerAsync(await positions.LatestAsync(cancel), _ => { }, cancel);
            var inWorker = await consumed.OfAsync(names, cancel);
            var after = await held.OfAsync(names, cancel);
            var still = new List<string>();
            foreach (var name in names)
            {
                var (first, worker, last) = (before.GetValueOrDefault(name), inWorker.GetValueOrDefault(name),
                    after.GetValueOrDefault(name));
                var same = new[] { first, last }.Where(d => !Difference.Of(service, d, worker).Any()).ToList();
                if (same.Count > 0)
                {
                    Count(service, same[0], worker);
                }
                else if (look < Looks)
                {
                    still.Add(name);
                }
                else if (worker is not null && worker.Version > first?.Version && worker.Version <= last?.Version)
                {
                    // The resource changed between the two reads and the worker is between them, which is correct.
                    InMotion++;
                    Count(service, last, worker);
                }
                else
                {
                    foreach (var sentence in Difference.Of(service, last, worker))
                        Tell(sentence);
                    Count(service, last, worker).Different++;
                }
            }
            names = still;
        }
    }

    // Positions are given without a gap, so a log has as many versions as its latest position says. What was recorded
    // while it was read may or may not have been counted.
    private async Task CheckLogAsync(string service, long before, CancellationToken cancel)
    {
        var consumed = (await positions.ConsumedAsync(cancel)).GetValueOrDefault(service)?.HighestPosition ?? 0;
        var latest = (await positions.LatestAsync(cancel))[service];
        var versions = _counts.Values.Where(c => c.Service == service).Sum(c => c.Versions.Held);
        if (versions < before)
        {
            Tell($"{service}: its change log ends at position {before:N0}, but holds {versions:N0} versions: "
                + $"{before - versions:N0} {(before - versions == 1 ? "is" : "are")} missing.");
        }
        else if (versions > latest)
        {
            Tell($"{service}: its change log ends at position {latest:N0}, but holds {versions:N0} versions: "
                + $"{versions - latest:N0} {(versions - latest == 1 ? "has" : "have")} no position.");
        }

        if (consumed > latest)
        {
            Tell($"{service}: its change log ends at position {latest:N0}, but the worker has consumed a change at position "
                + $"{consumed:N0}.");
        }
    }

    private void Tell(string difference)
    {
        DifferenceCount++;
        if (_differences.Count < limit)
            _differences.Add(difference);
    }

    private TypeCount Count(string service, ResourceDigest? held, ResourceDigest? consumed)
    {
        var type = (held ?? consumed)?.ResourceType ?? "";
        if (!_counts.TryGetValue($"{service} {type}", out var count))
            _counts.Add($"{service} {type}", count = new TypeCount(service, type));
        count.Resources = (count.Resources.Held + (held?.Version > 0 ? 1 : 0), count.Resources.Consumed + (consumed?.Version > 0 ? 1 : 0));
        count.Versions = (count.Versions.Held + (held?.HistoryVersions ?? 0), count.Versions.Consumed + (consumed?.HistoryVersions ?? 0));
        return count;
    }

    // Merges two lists in the same order: each name once, with what each side holds.
    private static async IAsyncEnumerable<(ResourceDigest? Held,
        ResourceDigest? Consumed)> SideBySideAsync(IAsyncEnumerable<ResourceDigest> held, IAsyncEnumerable<ResourceDigest> consumed)
    {
        await using var left = held.GetAsyncEnumerator();
        await using var right = consumed.GetAsyncEnumerator();
        var (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        while (hasLeft || hasRight)
        {
            var order = !hasLeft ? 1 : !hasRight ? -1 : string.CompareOrdinal(left.Current.ResourceName, right.Current.ResourceName);
            yield return (order <= 0 ? left.Current : null, order >= 0 ? right.Current : null);
            if (order <= 0)
                hasLeft = await left.MoveNextAsync();
            if (order >= 0)
                hasRight = await right.MoveNextAsync();
        }
    }
}
