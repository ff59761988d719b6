using System.Collections.Concurrent;
using System.Threading.Channels;
using Platform.Reporting.History;

namespace Platform.Reporting.Consumers;

/// <summary>A change that the projection does not take.</summary>
/// <param name="Change">The change.</param>
/// <param name="Exception">Why.</param>
internal readonly record struct RejectedChange(ConsumedChange Change, Exception Exception);

/// <summary>
/// Writes changes to the projection, many in one transaction: what consumers bring while one is written is written
/// with the next, and each consumer learns of its own. A change that is refused does not take the others with it. While the
/// database is away they wait.
/// </summary>
internal sealed partial class HistoryWriter : IAsyncDisposable
{
    private const int BatchSize = 500;
    private static readonly TimeSpan MinDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(2);

    private readonly Channel<Pending> _pending = Channel.CreateBounded<Pending>(2 * BatchSize);
    private readonly ConcurrentDictionary<string, string> _logs = new(StringComparer.Ordinal);
    private readonly HistoryStore _history;
    private readonly CancellationToken _stopping;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Task _writing;

    public HistoryWriter(HistoryStore history, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HistoryWriter> log)
    {
        (_history, _stopping, _time, _log) = (history, lifetime.ApplicationStopping, time, log);
        _writing = Task.Run(WriteAsync, CancellationToken.None);
    }

    /// <summary>Returns when a change is in the projection; throws when it is refused.</summary>
    public async Task AddAsync(ConsumedChange change, CancellationToken cancel)
    {
        var pending = new Pending(change);
        await _pending.Writer.WriteAsync(pending, cancel);
        await pending.Outcome.Task.WaitAsync(cancel);
    }

    /// <summary>Adds changes; returns those that are refused.</summary>
    /// <param name="changes">The changes, as many as one transaction should have.</param>
    /// <param name="giveUp">Cancels the wait for a database that is away.</param>
    public async Task<IReadOnlyList<RejectedChange>> AddAsync(IReadOnlyList<ConsumedChange> changes, CancellationToken giveUp)
    {
        var pause = MinDelay;
        while (true)
        {
            try
            {
                var foreign = await OfOtherLogsAsync(changes);
                // Not cancelled by a stop: a batch that was begun is written.
                await _history.AddAsync(foreign.Count == 0 ? changes : changes.Except(foreign.Select(f => f.Change)),
                    CancellationToken.None);
                return foreign;
            }
            catch (Exception e) when (DatabaseFaults.IsRejection(e))
            {
                // Finds the refused change by bisection.
                return changes.Count == 1
                    ? [new RejectedChange(changes[0], e)]
                    : [.. await AddAsync([.. changes.Take(changes.Count / 2)], giveUp),
                        .. await AddAsync([.. changes.Skip(changes.Count / 2)], giveUp)];
            }
            catch (Exception e) when (!giveUp.IsCancellationRequested)
            {
                LogAway(_log, changes.Count, e);
                await Task.Delay(pause, _time, giveUp);
                pause = pause * 2 < MaxDelay ? pause * 2 : MaxDelay;
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _pending.Writer.TryComplete();
        await _writing;
    }

    // A change of another log than the one that the projection has, such as one from before a service was restored, says
    // something else at its position.
    private async Task<List<RejectedChange>> OfOtherLogsAsync(IReadOnlyList<ConsumedChange> changes)
    {
        var foreign = new List<RejectedChange>();
        foreach (var change in changes)
        {
            // Set once and never changed.
            if (!_logs.TryGetValue(change.Service, out var log))
                log = _logs[change.Service] = await _history.BindAsync(change.Service, change.LogId, CancellationToken.None);
            if (log != change.LogId)
            {
                foreign.Add(new RejectedChange(change, new InvalidDataException($"The change of \"{change.ResourceName}\" at position "
                    + $"{change.Position} of {change.Service} is of the log {change.LogId}; the worker holds the changes of {log}.")));
            }
        }
        return foreign;
    }

    private async Task WriteAsync()
    {
        var batch = new List<Pending>(BatchSize);
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (batch.Count < BatchSize && _pending.Reader.TryRead(out var pending))
                batch.Add(pending);
            try
            {
                var refused = (await AddAsync(batch.ConvertAll(p => p.Change), _stopping))
                    .ToLookup(r => r.Change, r => r.Exception, ReferenceEqualityComparer.Instance);
                foreach (var pending in batch)
                {
                    if (refused[pending.Change].FirstOrDefault() is { } exception)
                        pending.Outcome.TrySetException(exception);
                    else
                        pending.Outcome.TrySetResult();
                }
            }
#pragma warning disable CA1031 // The process stops while the database is away: the messages go back to the broker.
            catch (Exception)
#pragma warning restore CA1031
            {
                batch.ForEach(p => p.Outcome.TrySetCanceled(CancellationToken.None));
            }
            batch.Clear();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} changes wait for the worker's database.")]
    private static partial void LogAway(ILogger logger, int count, Exception exception);

    private sealed record Pending(ConsumedChange Change)
    {
        public TaskCompletionSource Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
