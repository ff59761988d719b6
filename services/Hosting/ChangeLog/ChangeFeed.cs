using System.Runtime.CompilerServices;
using Platform.Hosting.Errors;
using Platform.Hosting.Store;

namespace Platform.Hosting.ChangeLog;

/// <summary>
/// The change log as a stream: every change after a position, then live ones as they come. It holds one batch
/// in memory, and reads on only when the caller has taken it.
/// </summary>
public sealed class ChangeFeed
{
    private const int BatchSize = 500;
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);

    private readonly StoreEngine _engine;
    private readonly RecordSchema _schema;
    private readonly ChangeSignal _signal;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;

    internal ChangeFeed(StoreEngine engine, RecordSchema schema, ChangeSignal signal, TimeProvider time, CancellationToken stopping) =>
        (_engine, _schema, _signal, _time, _stopping) = (engine, schema, signal, time, stopping);

    /// <summary>
    /// Changes after a position, in order; null stands for a heartbeat. The second value is the position to resume
    /// from. Ends by cancellation, or as unavailable when the process stops, so that the caller goes to another replica.
    /// </summary>
    /// <param name="after">The last position already seen; 0 for the beginning.</param>
    /// <param name="types">Only changes of these resource types; all when empty.</param>
    /// <param name="cancel">Ends the stream.</param>
    public async IAsyncEnumerable<(ChangeRow? Change, long Position)> FollowAsync(long after, IReadOnlyCollection<string> types, [EnumeratorCancellation] CancellationToken cancel)
    {
        var unknown = types.FirstOrDefault(t => !_schema.Has(t));
        if (unknown is not null)
            throw Refusal.InvalidField("resource_types", $"\"{FieldViolations.Shown(unknown, 100)}\" is no resource type of this service.");
        if (after < 0)
            throw Refusal.InvalidField("after_position", "Must not be negative.");
        await _engine.NumberChangesAsync(cancel);
        var latest = await _engine.LatestPositionAsync(cancel);
        if (after > latest)
            throw Refusal.PositionOutOfRange(after, latest);

        var position = after;
        // The first heartbeat comes at once: it tells a caller that it is connected and where.
        var heartbeatDue = _time.GetTimestamp();
        while (true)
        {
            var next = _signal.Numbered.Next;
            var rows = await _engine.ReadLogAsync(position, BatchSize, cancel);
            foreach (var row in rows)
            {
                position = row.Position;
                if (types.Count == 0 || types.Contains(row.ResourceType))
                    yield return (row, position);
            }
            if (rows.Count == BatchSize)
                continue;
            if (_time.GetTimestamp() >= heartbeatDue)
            {
                yield return (null, position);
                heartbeatDue = _time.GetTimestamp() + (long)(HeartbeatInterval.TotalSeconds * _time.TimestampFrequency);
            }
            if (_stopping.IsCancellationRequested)
                throw Refusal.Unavailable("change feed");
            await ChangeSignal.WaitAsync(next, _time, cancel);
        }
    }
}
