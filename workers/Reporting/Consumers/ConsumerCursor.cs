using Platform.Common.V1;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.History;

namespace Platform.Reporting.Consumers;

/// <summary>One message of a service's feed.</summary>
/// <param name="Change">The change; null in a heartbeat.</param>
/// <param name="Position">The position to resume from.</param>
internal readonly record struct FeedItem(IChange? Change, long Position);

/// <summary>A place in a change log.</summary>
/// <param name="LogId">The identity of the log.</param>
/// <param name="Position">The position of a change, for example its latest.</param>
internal readonly record struct LogEnd(string LogId, long Position);

/// <summary>How the change log of one service is read over gRPC.</summary>
/// <param name="Service">The service's name, for example <c>meetings</c>.</param>
/// <param name="End">Tells which log it is and where it ends.</param>
/// <param name="Settle">Makes the log final up to a moment, and tells the same.</param>
/// <param name="Follow">Its changes after a position of a log.</param>
internal sealed record ServiceFeed(
    string Service,
    Func<CancellationToken, Task<LogEnd>> End,
    Func<DateTimeOffset, CancellationToken, Task<LogEnd>> Settle,
    Func<LogEnd, CancellationToken, IAsyncEnumerable<FeedItem>> Follow);

/// <summary>How far a service's log is consumed, and what became of what is missing.</summary>
/// <param name="Log">What the projection knows.</param>
/// <param name="DeadLetters">The dead letters of the service whose positions are known.</param>
internal sealed record LogState(ConsumedLog Log, IReadOnlyList<DeadLetterPosition> DeadLetters)
{
    private readonly HashSet<long> _missing = [.. Log.Missing];
    private readonly HashSet<long> _deadLettered = [.. DeadLetters.Select(g => g.Position)];
    private readonly HashSet<long> _discarded = [.. DeadLetters.Where(g => g.IsDiscarded).Select(g => g.Position)];

    /// <summary>Every change up to this position is consumed or was given up by an operator.</summary>
    public long Position => Log.Missing.FirstOrDefault(p => !_discarded.Contains(p)) is > 0 and var first ? first - 1 : Log.Position;

    /// <summary>The first change for which nothing can be done but by an operator; null when there is none.</summary>
    public DeadLetterPosition? Waiting =>
        DeadLetters.Where(g => _missing.Contains(g.Position) && !_discarded.Contains(g.Position)).Select(g => (DeadLetterPosition?)g)
        .FirstOrDefault();

    /// <summary>Changes that could not be taken in once and are to be tried again, since their dead letters are gone.</summary>
    public IEnumerable<long> ToRetry => Log.Missing.Where(p => !_deadLettered.Contains(p));

    /// <summary>Dead letters whose changes were taken in after all.</summary>
    public IEnumerable<DeadLetterPosition> TakenIn =>
        DeadLetters.Where(g => !g.IsDiscarded && g.Position <= Log.Position && !_missing.Contains(g.Position));
}

/// <summary>The log of one service: how far it goes, and how far it is consumed.</summary>
internal sealed class ConsumerCursor(ServiceFeed feed, HistoryStore history, DeadLetterStore deadLetters)
{
    /// <summary>A feed has a heartbeat every five seconds: one that says nothing for longer hangs, and another replica may not.</summary>
    public static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(12);

    private const string TakeInAgain = "If a copy of its end can be had, restore that. Then stop the workers, run "
        + "`platform projection rebuild`, start them, and compare with `platform verify`.";

    private long _latest;
    private string _knownLogId = "";
    private bool _isCompared;
    // What the projection held at the last look: what the bus brings since may be of another copy of the log.
    private LastChange? _last;

    /// <summary>The service's name, for example <c>meetings</c>.</summary>
    public string Service => feed.Service;

    /// <summary>Its changes after a position.</summary>
    public IAsyncEnumerable<FeedItem> FollowAsync(long after, CancellationToken cancel) =>
        feed.Follow(new LogEnd(_knownLogId, after), cancel);

    /// <summary>Notes the last change that the projection holds, with which the log is compared.</summary>
    public async Task NoteHeldAsync(CancellationToken cancel)
    {
        try
        {
            _last = await history.LastAsync(Service, cancel);
        }
        catch (Exception e) when (DatabaseFaults.IsUnavailable(e))
        {
            // Noted when it is first compared.
        }
    }

    /// <summary>Asks the service for the end of its log; refuses another log than the one that the projection has.</summary>
    public async Task<long> AskLatestAsync(CancellationToken cancel)
    {
        try
        {
            var end = await NoteAsync(await feed.End(cancel), cancel);
            if (Volatile.Read(ref _isCompared) && !(_last?.Position >= end))
                _last = await history.LastAsync(Service, cancel);
            return end;
        }
        catch (Exception)
        {
            // Its database may be another one when it answers again.
            Volatile.Write(ref _isCompared, false);
            throw;
        }
    }

    /// <summary>
    /// Has the service make its log final up to a moment: what was recorded by then lies at or below the position that is
    /// returned. Refuses another log than the one that the projection has.
    /// </summary>
    public async Task<long> SettleAsync(DateTimeOffset time, CancellationToken cancel) =>
        await NoteAsync(await feed.Settle(time, cancel), cancel);

    private async Task<long> NoteAsync(LogEnd end, CancellationToken cancel)
    {
        if (end.LogId != _knownLogId)
        {
            var consumed = await history.BindAsync(Service, end.LogId, cancel);
            if (consumed == end.LogId + HistoryStore.BeforeRestore)
            {
                throw ApiError.RuleViolated(Rule.ChangeLogReplaced,
                    $"The database of {Service} was found to be an older copy of the one that the reporting worker had read. "
                    + TakeInAgain);
            }
            if (consumed != end.LogId)
            {
                throw ApiError.RuleViolated(Rule.ChangeLogReplaced,
                    $"The change log of {Service} is {end.LogId}, but the reporting worker holds the changes of "
                    + $"{consumed}: the service has another database than before. Give it back the one it had; or, if the new one is "
                    + $"right, have the worker take everything in again (stop the workers, run `platform projection rebuild`, start "
                    + $"them).");
            }
            _knownLogId = end.LogId;
        }
        if (!Volatile.Read(ref _isCompared) || end.Position < Volatile.Read(ref _latest))
            Volatile.Write(ref _isCompared, await CompareAsync(end, cancel));
        Volatile.Write(ref _latest, end.Position);
        return end.Position;
    }

    // A service that was restored from an older copy has the same identity, and once it has recorded enough, positions that say
    // something else. False while its log is too short to tell; CatchUp tells that.
    private async Task<bool> CompareAsync(LogEnd end, CancellationToken cancel)
    {
        if ((_last ??= await history.LastAsync(Service, cancel)) is not { } last)
            return true;
        if (end.Position < last.Position)
            return false;
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        silence.CancelAfter(SilenceTimeout);
        try
        {
            await foreach (var item in feed.Follow(new LogEnd(end.LogId, last.Position - 1), silence.Token))
            {
                if (item.Change?.Metadata is not { } change)
                    continue;
                if (last == new LastChange(change.Position, change.ResourceName, change.ResourceVersion,
                    change.RecordTime.ToDateTimeOffset()))
                {
                    return true;
                }
                await history.MarkRestoredAsync(Service, cancel);
                throw ApiError.RuleViolated(Rule.ChangeLogReplaced,
                    $"The database of {Service} is an older copy of the one that the reporting worker has read: at position "
                    + $"{last.Position} it has version {change.ResourceVersion} of \"{change.ResourceName}\", and the worker holds "
                    + $"version {last.Version} of \"{last.Name}\" there. {TakeInAgain}");
            }
            throw ApiError.Unavailable($"{Service} service");
        }
        catch (Exception e) when (silence.IsCancellationRequested && !cancel.IsCancellationRequested && e is not ApiException)
        {
            throw ApiError.Unavailable($"{Service} service", e);
        }
    }

    /// <summary>How far it is consumed.</summary>
    public Task<LogState> ReadAsync(CancellationToken cancel) => StateAsync(history.ReadAsync, cancel);

    /// <summary>The same, and stores it: the next time begins there.</summary>
    public Task<LogState> AdvanceAsync(CancellationToken cancel) => StateAsync(history.AdvanceAsync, cancel);

    /// <summary>The same as an answer to callers.</summary>
    public async Task<ConsumedPosition> PositionAsync(CancellationToken cancel)
    {
        var state = await ReadAsync(cancel);
        return new ConsumedPosition
        {
            Service = Service,
            Position = state.Position,
            HighestPosition = Math.Max(state.Log.Highest, state.Log.Position),
            LogId = _knownLogId.Length > 0 ? _knownLogId : await history.LogIdAsync(Service, cancel),
            LatestPosition = Math.Max(Volatile.Read(ref _latest), state.Log.Highest),
        };
    }

    private async Task<LogState> StateAsync(Func<string, IReadOnlySet<long>, CancellationToken, Task<ConsumedLog>> scan,
        CancellationToken cancel)
    {
        var letters = await deadLetters.PositionsAsync(Service, cancel);
        return new LogState(await scan(Service, letters.Select(l => l.Position).ToHashSet(), cancel), letters);
    }
}
