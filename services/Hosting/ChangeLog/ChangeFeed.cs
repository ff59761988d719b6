using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Paging;
using Platform.Hosting.Resources;
using Platform.Hosting.Validation;
using Platform.Hosting.Versions;

namespace Platform.Hosting.ChangeLog;

/// <summary>Where a caller begins to read a change log. Exactly one of the first four is given.</summary>
/// <param name="AfterPosition">The last position already seen.</param>
/// <param name="FromTime">The moment from which on recorded changes are wanted.</param>
/// <param name="FromNow">Only what comes after the call.</param>
/// <param name="FromBeginning">The whole log.</param>
/// <param name="LogId">The log to which the position belongs.</param>
public sealed record FeedStart(long? AfterPosition = null, Timestamp? FromTime = null, bool FromNow = false, bool FromBeginning = false,
    string LogId = "")
{
    /// <summary>Reads the <c>start</c> of a request; refuses one that gives none.</summary>
    public static FeedStart Of(long? afterPosition, Timestamp? fromTime, bool fromNow, bool fromBeginning, string logId)
    {
        var violations = new FieldViolations();
        if (afterPosition is null && fromTime is null && !fromNow && !fromBeginning)
        {
            violations.Add("start", "Say where to begin: after_position with its log_id, from_time, from_now or from_beginning.");
        }
        if (afterPosition < 0)
            violations.Add("after_position", "Must not be negative.");
        if (afterPosition is not null && logId.Length == 0)
            violations.Add("log_id", "Must be the log in which the position was received: the log_id that came with it.");
        violations.OptionalMoment("from_time", fromTime);
        violations.ThrowIfAny();
        return new FeedStart(afterPosition, fromTime, fromNow, fromBeginning, logId);
    }
}

/// <summary>A page of a change log.</summary>
/// <param name="Changes">The changes that passed the filters.</param>
/// <param name="Position">Every change up to it was looked at.</param>
/// <param name="LogId">The log to which it belongs.</param>
/// <param name="More">There are changes after it.</param>
public sealed record FeedPage(IReadOnlyList<ChangeRow> Changes, long Position, string LogId, bool More);

/// <summary>
/// The change log as a stream: every change after a position, then live ones as they come. It holds one batch
/// in memory (and for one party's changes the versions of what they belong to), and reads on only when the caller
/// has taken it.
/// </summary>
public sealed class ChangeFeed
{
    private const int BatchSize = 500;
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastChance = TimeSpan.FromSeconds(30);
    // By how much the clocks of replicas may differ, and a write may take from its stamp to its commit.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly ChangeLogEngine _engine;
    private readonly ResourceSchema _schema;
    private readonly ChangeSignal _signal;
    private readonly ChangeFeedOptions _options;
    private readonly ChangeLogMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;

    internal ChangeFeed(ChangeLogEngine engine, ResourceSchema schema, ChangeSignal signal, ChangeFeedOptions options,
        ChangeLogMetrics metrics, TimeProvider time, CancellationToken stopping) =>
        (_engine, _schema, _signal, _options, _metrics, _time, _stopping) = (engine, schema, signal, options, metrics, time, stopping);

    /// <summary>
    /// Changes in order; null stands for a heartbeat. The second value is the position to resume from, the third the log
    /// to which it belongs. Ends by cancellation, when the caller's token expires, or as unavailable when the process
    /// stops, so that the caller goes to another replica.
    /// </summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="types">Only changes of these resource types; all when empty.</param>
    /// <param name="concerning">Only changes that concern this participant or body; all when empty.</param>
    /// <param name="viewer">What the caller may see.</param>
    /// <param name="complete">Refuse rather than leave out what the caller may not see.</param>
    /// <param name="expires">When the caller's token does.</param>
    /// <param name="cancel">Cancels the stream.</param>
    public async IAsyncEnumerable<(ChangeRow? Change, long Position, string LogId)> FollowAsync(FeedStart start,
        IReadOnlyCollection<string> types, string concerning, Viewer viewer, bool complete, DateTimeOffset expires,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        Check(types, concerning);
        if (complete && !viewer.SeesEverything)
            throw ApiError.ViewIncomplete();
        var logId = await CheckLogAsync(start, cancel);
        var (position, fromTime) = (await PositionAsync(start, cancel), start.FromTime?.ToDateTimeOffset());
        // The first heartbeat is sent at once, so that the caller sees that it is connected, and its position.
        var heartbeatDue = _time.GetTimestamp();
        while (true)
        {
            var next = _signal.PositionsAssigned.Next;
            var (rows, more) = await _engine.ReadAsync(position, BatchSize, cancel);
            var wanted = await WantedAsync(rows, position, types, fromTime, concerning, viewer, cancel);
            foreach (var row in wanted)
            {
                ThrowIfExpired(row.Position - 1);
                yield return (row, row.Position, logId);
            }
            if (rows.Count > 0)
                position = rows[^1].Position;
            // A caller gets heartbeats even while nothing matches its filter.
            if ((!more || wanted.Count == 0) && _time.GetTimestamp() >= heartbeatDue)
            {
                yield return (null, position, logId);
                heartbeatDue = _time.GetTimestamp() + (long)(HeartbeatInterval.TotalSeconds * _time.TimestampFrequency);
            }
            if (_stopping.IsCancellationRequested)
                throw ApiError.Unavailable("change feed");
            ThrowIfExpired(position);
            if (!more)
                await ChangeSignal.WaitAsync(next, UntilExpiry(), _time, cancel);
        }

        TimeSpan UntilExpiry() => expires - _time.GetUtcNow() is var left && left < HeartbeatInterval
            ? left < TimeSpan.Zero ? TimeSpan.Zero : left
            : HeartbeatInterval;

        void ThrowIfExpired(long seen)
        {
            if (_time.GetUtcNow() >= expires)
                throw ApiError.TokenExpired(seen);
        }
    }

    /// <summary>A page of the changes that are there.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="types">Only changes of these resource types; all when empty.</param>
    /// <param name="concerning">Only changes that concern this participant or body; all when empty.</param>
    /// <param name="viewer">What the caller may see.</param>
    /// <param name="pageSize">Most to return.</param>
    /// <param name="cancel">Cancels the read.</param>
    public async Task<FeedPage> PullAsync(FeedStart start, IReadOnlyCollection<string> types, string concerning, Viewer viewer,
        int pageSize, CancellationToken cancel)
    {
        // With a rare filter one call examines at most this many changes and says that there are more.
        const int MaxBatches = 10;
        Check(types, concerning);
        var size = PageToken.SizeOf(pageSize);
        var logId = await CheckLogAsync(start, cancel);
        var position = await PositionAsync(start, cancel);
        var (found, page) = (new List<ChangeRow>(), new PageLimit(size));
        for (var batch = 0; batch < MaxBatches; batch++)
        {
            var (rows, more) = await _engine.ReadAsync(position, BatchSize, cancel);
            var wanted = await WantedAsync(rows, position, types, start.FromTime?.ToDateTimeOffset(), concerning, viewer, cancel);
            foreach (var row in wanted)
            {
                if (!page.Takes(row.State.Length))
                    return new FeedPage(found, found[^1].Position, logId, More: true);
                found.Add(row);
            }
            if (rows.Count > 0)
                position = rows[^1].Position;
            if (!more)
                return new FeedPage(found, position, logId, More: false);
        }
        return new FeedPage(found, position, logId, More: true);
    }

    /// <summary>Sends a feed's message; ends the stream when the caller does not read it.</summary>
    /// <param name="stream">The answer to the caller.</param>
    /// <param name="response">A change or a heartbeat.</param>
    /// <param name="context">The call.</param>
    public async Task SendAsync<TResponse>(IServerStreamWriter<TResponse> stream, TResponse response, ServerCallContext context)
    {
        var write = stream.WriteAsync(response, context.CancellationToken);
        try
        {
            await write.WaitAsync(_options.UnreadLimit, _time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            _metrics.Cut();
            // A call must not end while its answer is being written. It ends when the caller reads on, and is told why
            // there is no more; the stream of one that never does is broken off.
            if (await Task.WhenAny(write, Task.Delay(LastChance, _time, CancellationToken.None)) != write)
                context.GetHttpContext().Abort();
            await write;
            throw ApiError.LimitExceeded("unread_seconds",
                $"A change was left unread for {_options.UnreadLimit.TotalSeconds:0} seconds. Follow again from the last position that "
                    + $"you received, and put changes aside faster than they come.");
        }
    }

    private void Check(IReadOnlyCollection<string> types, string concerning)
    {
        var violations = new FieldViolations();
        foreach (var unknown in types.Where(t => !_schema.Has(t)).Take(1))
            violations.Add("resource_types", $"\"{ApiError.Excerpt(unknown, 100)}\" is not a resource type of this service.");
        if (concerning.Length > 0 && !ResourceNames.Matches(concerning, ResourcePatterns.Party))
            violations.Add("concerning", "Must be the name of a participant or a body, for example participants/idn.");
        violations.ThrowIfAny();
    }

    // The identity of the log; refuses a position of another.
    private async Task<string> CheckLogAsync(FeedStart start, CancellationToken cancel)
    {
        var logId = await _engine.LogIdAsync(cancel);
        return start.LogId.Length == 0 || start.LogId == logId ? logId : throw ApiError.LogReplaced(logId);
    }

    // Those of the rows after a position that pass the filters, as the caller may see them.
    private async Task<List<ChangeRow>> WantedAsync(List<ChangeRow> rows, long position, IReadOnlyCollection<string> types,
        DateTimeOffset? fromTime, string concerning, Viewer viewer, CancellationToken cancel)
    {
        if (rows.Count > 0 && rows[0].Position != position + 1)
            throw ApiError.PositionOutOfRange(position, rows[0].Position - 1, await _engine.AssignPositionsAsync(cancel));
        var wanted = rows.FindAll(row => (types.Count == 0 || types.Contains(row.ResourceType))
            && (fromTime is null || row.RecordTime >= fromTime));
        if (concerning.Length > 0)
            wanted = await ConcerningAsync(concerning, wanted, cancel);
        return viewer.SeesEverything || wanted.Count == 0 ? wanted : await VisibleAsync(wanted, viewer, cancel);
    }

    // A version is shown where both it and what the resource is now may be seen. The one with which the resource left the
    // caller's sight comes as withdrawn, without its content.
    private async Task<List<ChangeRow>> VisibleAsync(List<ChangeRow> rows, Viewer viewer, CancellationToken cancel)
    {
        var restricted = await _engine.RestrictedAsync(rows.Select(row => row.ResourceName).Distinct().ToList(), cancel);
        var parsed = rows.ConvertAll(row => (Row: row, Resource: _schema[row.ResourceType].Parse(row.State)));
        bool IsPublic((ChangeRow Row, IResource Resource) each) =>
            !each.Resource.Handling.IsRestricted() && !restricted.Contains(each.Row.ResourceName);
        if (parsed.TrueForAll(IsPublic))
            return rows;
        var histories = (await _engine.VersionsAsync(parsed.Where(p => !IsPublic(p)).Select(p => p.Row.ResourceName).Distinct().ToList(),
            cancel)).ToLookup(row => row.ResourceName);
        var seen = new Dictionary<(string, long), bool>();
        var shown = new List<ChangeRow>();
        foreach (var each in parsed)
        {
            var (row, history) = (each.Row, histories[each.Row.ResourceName]);
            if (IsPublic(each))
            {
                shown.Add(row);
            }
            else if (await viewer.MaySeeAsync(each.Resource, cancel))
            {
                if (await SeesAsync(Bitemporal.Newest(history)))
                    shown.Add(row);
            }
            else if (row.IsCurrent && history.Where(h => h.Version < row.Version).ToList() is { Count: > 0 } before
                && await SeesAsync(Bitemporal.Newest(before)))
            {
                shown.Add(row with { Kind = ChangeKind.Withdrawn, State = [], Reason = "", CorrectedVersion = 0 });
            }
        }
        return shown;

        async ValueTask<bool> SeesAsync(ChangeRow version)
        {
            if (seen.TryGetValue((version.ResourceName, version.Version), out var known))
                return known;
            var sees = false;
            await foreach (var row in _engine.WithStatesAsync([version], cancel))
                sees = await viewer.MaySeeAsync(_schema[row.ResourceType].Parse(row.State), cancel);
            return seen[(version.ResourceName, version.Version)] = sees;
        }
    }

    private async Task<long> PositionAsync(FeedStart start, CancellationToken cancel)
    {
        var latest = await _engine.AssignPositionsAsync(cancel);
        if (start.AfterPosition > latest)
            throw ApiError.PositionOutOfRange(start.AfterPosition.Value, await EarliestAsync(cancel), latest);
        if (start.FromNow)
            return latest;
        if (start.FromTime is null)
            return start.AfterPosition ?? 0;
        // Recorded times rise with positions except where clocks differ: half and half again finds the place, a
        // little early, and what was recorded before is left out.
        var moment = start.FromTime.ToDateTimeOffset();
        var from = moment - DateTimeOffset.MinValue > ClockTolerance ? moment - ClockTolerance : DateTimeOffset.MinValue;
        var (low, high) = (await EarliestAsync(cancel), latest);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if ((await _engine.ReadAsync(middle, 1, cancel)).Rows[0].RecordTime < from)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    // Older changes may have been moved to an archive.
    private async Task<long> EarliestAsync(CancellationToken cancel) =>
        (await _engine.ReadAsync(0, 1, cancel)).Rows.Select(first => first.Position - 1).FirstOrDefault();

    // Those whose resource names the party in any version, since to be left out is news too, and those that belong
    // to such a resource.
    private async Task<List<ChangeRow>> ConcerningAsync(string concerning, List<ChangeRow> rows, CancellationToken cancel)
    {
        var others = rows.Where(row => !Concerns(row)).ToHashSet();
        var related = others.SelectMany(RelatedTo).Distinct().ToList();
        var concerned = new HashSet<string>(StringComparer.Ordinal);
        var versions = related.Count == 0 ? [] : await _engine.VersionsAsync(related, cancel);
        await foreach (var version in _engine.WithStatesAsync(versions, cancel))
        {
            if (Concerns(version))
                concerned.Add(version.ResourceName);
        }
        return rows.FindAll(row => !others.Contains(row) || RelatedTo(row).Any(concerned.Contains));

        bool Concerns(ChangeRow row) => PartyFilter.Concerns(concerning, row.State, _schema[row.ResourceType]);

        static IEnumerable<string> RelatedTo(ChangeRow row)
        {
            if (row.Version > 1)
                yield return row.ResourceName;
            if (ResourceNames.Parent(row.ResourceName) is { Length: > 0 } parent)
                yield return parent;
        }
    }
}
