using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Hosting.Errors;
using Platform.Hosting.Resources;
using Platform.Hosting.Validation;

namespace Platform.Hosting.ChangeLog;

/// <summary>Where a caller begins to follow a change log. At most one of the three is given.</summary>
/// <param name="AfterPosition">The last position already seen; 0 for the beginning.</param>
/// <param name="FromTime">The moment from which on recorded changes are wanted.</param>
/// <param name="FromNow">Only what comes after the call.</param>
public sealed record FeedStart(long AfterPosition, Timestamp? FromTime = null, bool FromNow = false);

/// <summary>
/// The change log as a stream: every change after a position, then live ones as they come. It holds one batch
/// in memory (and for one participant's changes the versions of what they belong to), and reads on only when the caller
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
    /// Changes in order; null stands for a heartbeat. The second value is the position to resume from. Ends by
    /// cancellation, or as unavailable when the process stops, so that the caller goes to another replica.
    /// </summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="types">Only changes of these resource types; all when empty.</param>
    /// <param name="participant">Only changes that concern this participant; all when empty.</param>
    /// <param name="cancel">Ends the stream.</param>
    public async IAsyncEnumerable<(ChangeRow? Change, long Position)> FollowAsync(FeedStart start, IReadOnlyCollection<string> types,
        string participant, [EnumeratorCancellation] CancellationToken cancel)
    {
        Check(start, types, participant);
        var (position, fromTime) = (await PositionAsync(start, cancel), start.FromTime?.ToDateTimeOffset());
        // The first heartbeat is sent at once: the caller sees that it is connected, and its position.
        var heartbeatDue = _time.GetTimestamp();
        while (true)
        {
            var next = _signal.PositionsAssigned.Next;
            var rows = await _engine.ReadAsync(position, BatchSize, cancel);
            if (rows.Count > 0 && rows[0].Position != position + 1)
                throw ApiError.PositionOutOfRange(position, rows[0].Position - 1, await _engine.AssignPositionsAsync(cancel));
            var wanted = rows.Where(row => (types.Count == 0 || types.Contains(row.ResourceType))
                && (fromTime is null || row.RecordedTime >= fromTime)).ToList();
            if (participant.Length > 0)
                wanted = await ConcerningAsync(participant, wanted, cancel);
            foreach (var row in wanted)
                yield return (row, row.Position);
            if (rows.Count > 0)
                position = rows[^1].Position;
            // A caller gets heartbeats even while nothing matches its filter.
            if ((rows.Count < BatchSize || wanted.Count == 0) && _time.GetTimestamp() >= heartbeatDue)
            {
                yield return (null, position);
                heartbeatDue = _time.GetTimestamp() + (long)(HeartbeatInterval.TotalSeconds * _time.TimestampFrequency);
            }
            if (_stopping.IsCancellationRequested)
                throw ApiError.Unavailable("change feed");
            if (rows.Count < BatchSize)
                await ChangeSignal.WaitAsync(next, HeartbeatInterval, _time, cancel);
        }
    }

    /// <summary>Sends what a feed gave; refuses to go on when the caller does not read it.</summary>
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

    private void Check(FeedStart start, IReadOnlyCollection<string> types, string participant)
    {
        var violations = new FieldViolations();
        if (start.AfterPosition < 0)
            violations.Add("after_position", "Must not be negative.");
        if ((start.AfterPosition > 0 ? 1 : 0) + (start.FromTime is null ? 0 : 1) + (start.FromNow ? 1 : 0) > 1)
            violations.Add("after_position", "Give one start only: after_position, from_time or from_now.");
        violations.OptionalMoment("from_time", start.FromTime);
        foreach (var unknown in types.Where(t => !_schema.Has(t)).Take(1))
            violations.Add("resource_types", $"\"{ApiError.Excerpt(unknown, 100)}\" is not a resource type of this service.");
        if (participant.Length > 0 && !ResourceNames.Matches(participant, ResourcePatterns.Participant))
            violations.Add("participant", "Must be the name of a participant, for example participants/idn.");
        violations.ThrowIfAny();
    }

    private async Task<long> PositionAsync(FeedStart start, CancellationToken cancel)
    {
        var latest = await _engine.AssignPositionsAsync(cancel);
        if (start.AfterPosition > latest)
            throw ApiError.PositionOutOfRange(start.AfterPosition, await EarliestAsync(cancel), latest);
        if (start.FromNow)
            return latest;
        if (start.FromTime is null)
            return start.AfterPosition;
        // Recorded times rise with positions except where clocks differ: half and half again finds the place, a
        // little early, and what was recorded before is left out.
        var from = start.FromTime.ToDateTimeOffset() - ClockTolerance;
        var (low, high) = (await EarliestAsync(cancel), latest);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if ((await _engine.ReadAsync(middle, 1, cancel))[0].RecordedTime < from)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    // Older changes may have been moved to an archive.
    private async Task<long> EarliestAsync(CancellationToken cancel) =>
        (await _engine.ReadAsync(0, 1, cancel)).Select(first => first.Position - 1).FirstOrDefault();

    // Those whose resource names the participant in any version, since to be left out is news too, and those that belong
    // to such a resource.
    private async Task<List<ChangeRow>> ConcerningAsync(string participant, List<ChangeRow> rows, CancellationToken cancel)
    {
        var others = rows.Where(row => !Concerns(row)).ToHashSet();
        var related = others.SelectMany(RelatedTo).Distinct().ToList();
        var concerned = related.Count == 0 ? [] : (await _engine.HistoryAsync(related, cancel)).Where(Concerns)
            .Select(row => row.ResourceName).ToHashSet();
        return rows.FindAll(row => !others.Contains(row) || RelatedTo(row).Any(concerned.Contains));

        bool Concerns(ChangeRow row) => ParticipantFilter.Names(participant, row.State, _schema[row.ResourceType]);

        static IEnumerable<string> RelatedTo(ChangeRow row)
        {
            if (row.Version > 1)
                yield return row.ResourceName;
            if (ResourceNames.Parent(row.ResourceName) is { Length: > 0 } parent)
                yield return parent;
        }
    }
}
