using System.Threading.Channels;
using Grpc.Core;
using Platform.Hosting.Operations;
using Platform.Hosting.ServiceClients;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.History;

namespace Platform.Reporting.Consumers;

/// <summary>
/// Fetches from a service's feed what the bus did not bring: everything for a new projection, what was lost with a
/// broker, what the in-memory bus of the embedded default held when the process ended. It looks every second how far the
/// log is consumed. Where that has not moved since the last look, although there was more already, something is lost.
/// </summary>
internal sealed partial class CatchUp(ConsumerCursor cursor, HistoryStore history, HistoryWriter writer, DeadLetterStore deadLetters,
    ReportingMetrics metrics, ProcessFaults faults, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<CatchUp> log)
    : BackgroundService, IHostedLifecycleService
{
    private const int BatchSize = 2000;

    // The service reads its log in pages; for a hole of one change it costs no more to read on for so many.
    private const int MinFetch = 500;

    // How many batches are written between two looks whether another worker is ahead.
    private const int BatchesBetweenPolls = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    // Retried every second, perhaps for days: log rarely.
    private readonly LogLimit _failedLog = new(TimeSpan.FromSeconds(30), time);

    private string Service => cursor.Service;

    private string LettersWork => $"{Service} dead letters";

    /// <summary>Before the bus is started.</summary>
    public Task StartingAsync(CancellationToken cancellationToken) => cursor.NoteHeldAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A service of the same process can be asked once the process listens.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
            await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var last = Observation.First;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                last = await PollAsync(last, stoppingToken);
                faults.Clear(PlatformServices.Reporting.Name, Service);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // The call was ended by the stop; it would be logged as a fault of the worker.
                return;
            }
#pragma warning disable CA1031 // Whatever is wrong with the service or the database: the log is safe, look again later.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Tell(Service, $"The change log of {Service} is not taken in. " + e switch
                {
                    ApiException { InnerException: RpcException inner } => FailedCallInterceptor.ReasonOf(inner),
                    ApiException known => known.Message,
                    RpcException refused => refused.Status.Detail,
                    _ => "The log of the worker says why.",
                });
                if (_failedLog.MayWrite(out _))
                    LogFailed(log, Service, e is ApiException or RpcException ? e.Message : e.ToString());
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Checks how far the log is consumed and fetches what is missing.</summary>
    internal async Task<Observation> PollAsync(Observation last, CancellationToken cancel)
    {
        var state = await cursor.AdvanceAsync(cancel);
        foreach (var letter in state.TakenIn)
            await deadLetters.RemoveAsync(letter.Id, cancel);
        var latest = await cursor.AskLatestAsync(cancel);
        var waiting = await deadLetters.CountWaitingAsync(Service, cancel);
        metrics.Note(Service, Math.Max(latest - state.Position, 0), waiting, time.GetUtcNow());
        if (waiting > 0)
        {
            Tell(LettersWork, $"{waiting:N0} dead {(waiting == 1 ? "letter" : "letters")} of {Service} {(waiting == 1 ? "waits" : "wait")} "
                + "for an operator: platform dead-letters list.");
        }
        else
        {
            faults.Clear(PlatformServices.Reporting.Name, LettersWork);
        }
        if (latest < state.Log.Highest)
            LogAhead(log, Service, latest, state.Log.Highest);

        var retries = state.ToRetry.ToList();
        foreach (var position in retries.Intersect(last.Retries))
            await FetchAsync(position - 1, position, cancel);
        var settled = Math.Min(last.Latest, latest);
        var reached = state.Log.Position;
        if (reached == last.Position && reached < settled)
            reached = await FillAsync(reached, settled, cancel);
        // Not the end of this moment, which those who write all the time keep out of reach.
        if (!state.Log.WasLevel && reached >= settled)
            await history.MarkLevelAsync(Service, cancel);
        return new Observation(state.Log.Position, latest, retries);
    }

    private void Tell(string work, string fault) => faults.Set(PlatformServices.Reporting.Name, work, fault);

    // Hole by hole, up to what there was at the last look: what is newer may be on its way.
    private async Task<long> FillAsync(long position, long settled, CancellationToken cancel)
    {
        while (position < settled)
        {
            var holeEnd = await history.NextAsync(Service, position, cancel) is { } next ? next - 1 : settled;
            await FetchAsync(position, Math.Clamp(holeEnd, Math.Min(position + MinFetch, settled), settled), cancel);
            var before = position;
            position = (await cursor.AdvanceAsync(cancel)).Log.Position;
            if (position == before)
            {
                throw new InvalidDataException($"Change {position + 1} of {Service} was fetched, and is neither in the projection nor a "
                    + $"dead letter.");
            }
        }
        return position;
    }

    /// <summary>Takes in the changes after a position up to another from the feed. When it returns, each is consumed or
    /// a dead letter.</summary>
    private async Task FetchAsync(long after, long until, CancellationToken cancel)
    {
        LogFetching(log, Service, after + 1, until);
        var progress = new Progress(after, time);
        while (after < until)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            // One batch is written while the next is read, and no more are held.
            var batches = Channel.CreateBounded<List<FeedItem>>(1);
            var reading = ReadAsync(after, until, batches.Writer, stop.Token);
            try
            {
                after = await WriteAsync(batches.Reader, after, until, progress, cancel);
            }
            finally
            {
                await stop.CancelAsync();
                await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReadAsync(long after, long until, ChannelWriter<List<FeedItem>> batches, CancellationToken cancel)
    {
        try
        {
            var batch = new List<FeedItem>(BatchSize);
            using var silence = new CancellationTokenSource(ConsumerCursor.SilenceTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancel);
            await foreach (var item in cursor.FollowAsync(after, either.Token))
            {
                // While a batch waits to be written, it is not the feed that is silent.
                silence.CancelAfter(Timeout.InfiniteTimeSpan);
                if (item.Change is not null && item.Position <= until)
                    batch.Add(item);
                if (batch.Count == BatchSize || item.Position >= until)
                {
                    await batches.WriteAsync(batch, cancel);
                    batch = new List<FeedItem>(BatchSize);
                }
                if (item.Position >= until)
                    break;
                silence.CancelAfter(ConsumerCursor.SilenceTimeout);
            }
            batches.Complete();
        }
#pragma warning disable CA1031 // Told to who reads the batches.
        catch (Exception e)
#pragma warning restore CA1031
        {
            batches.Complete(e);
        }
    }

    // Returns the position from which to read on: `until`, or further than was read when another worker was faster.
    private async Task<long> WriteAsync(ChannelReader<List<FeedItem>> batches, long after, long until, Progress progress,
        CancellationToken cancel)
    {
        var written = 0;
        await foreach (var batch in batches.ReadAllAsync(cancel))
        {
            await TakeInAsync(batch, cancel);
            after = batch.Count > 0 ? batch[^1].Position : until;
            if (++written % BatchesBetweenPolls == 0 && (await cursor.AdvanceAsync(cancel)).Log.Position is var consumed
                && consumed > after + (2 * BatchSize))
            {
                return Math.Min(consumed, until);
            }
            progress.Tell(log, Service, after, until);
        }
        // The feed ends before that when the service goes away, which it says with an exception.
        return after < until ? throw new InvalidDataException(
            $"The feed of {Service} ended at {after}, before the end of the log, {until}.") : after;
    }

    private async Task TakeInAsync(List<FeedItem> batch, CancellationToken cancel)
    {
        var changes = new List<ConsumedChange>(batch.Count);
        foreach (var item in batch)
        {
            try
            {
                changes.Add(ConsumedChange.Of(Service, item.Change!));
            }
            catch (InvalidDataException e)
            {
                await DeadLetterAsync(item, e, cancel);
            }
        }
        foreach (var rejected in await writer.AddAsync(changes, cancel))
            await DeadLetterAsync(batch.First(i => i.Position == rejected.Change.Position), rejected.Exception, cancel);

        // A change that the projection takes for one that it has: two changes have one version.
        if (changes.Count == 0)
            return;
        var consumed = await history.PositionsAsync(Service, changes[0].Position, changes[^1].Position, cancel);
        foreach (var item in batch.Where(i => !consumed.Contains(i.Position) && changes.Exists(c => c.Position == i.Position)))
        {
            var metadata = item.Change!.Metadata;
            await DeadLetterAsync(
                item, new InvalidDataException(
                $"The worker holds another change with version {metadata.ResourceVersion} of \"{metadata.ResourceName}\" than the one at "
                    + $"position {metadata.Position} of {Service}."), cancel);
        }
    }

    private async Task DeadLetterAsync(FeedItem item, Exception exception, CancellationToken cancel)
    {
        var failure = Failure.Of(Service, item.Position, item.Change!, exception);
        LogDeadLettered(log, Service, failure.ChangeId, failure.Reason);
        await deadLetters.AddAsync(failure, cancel);
    }

    /// <summary>What a check found.</summary>
    /// <param name="Position">How far the log was consumed.</param>
    /// <param name="Latest">How far it went.</param>
    /// <param name="Retries">Changes to be tried again.</param>
    internal sealed record Observation(long Position, long Latest, IReadOnlyList<long> Retries)
    {
        /// <summary>
        /// The state before the first look: a new projection is filled at once; for another, changes may be on the bus already.
        /// </summary>
        public static Observation First { get; } = new(0, long.MaxValue, []);
    }

    // Logs the progress of a long fetch now and then.
    private sealed class Progress(long start, TimeProvider time)
    {
        private readonly long _startTime = time.GetTimestamp();
        private long _told;

        public void Tell(ILogger log, string service, long position, long until)
        {
            var elapsed = time.GetElapsedTime(_startTime);
            if (elapsed < (_told + 1) * ProgressInterval)
                return;
            _told = (long)(elapsed / ProgressInterval);
            var rate = (position - start) / elapsed.TotalSeconds;
            LogProgress(log, service, position, until, rate, (until - position) / rate);
        }
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Fetching changes {First} to {Last} of {Service} from its feed: the bus has not brought them.")]
    private static partial void LogFetching(ILogger logger, string service, long first, long last);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Filling from the feed of {Service}: {Position:N0} of {Latest:N0} changes, {Rate:N0} a second, about {Seconds:N0} s "
            + "left.")]
    private static partial void LogProgress(ILogger logger, string service, long position, long latest, double rate, double seconds);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "A change in the feed of {Service} became a dead letter (change {ChangeId}). {Reason}")]
    private static partial void LogDeadLettered(ILogger logger, string service, string changeId, string reason);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The log of {Service} ends at {Latest}, but the worker holds change {Highest}: the service's database is an older "
            + "copy, and what is recorded now has positions that the worker knows as others. Stop the workers, run `platform projection "
            + "rebuild`, start them, and compare with platform verify.")]
    private static partial void LogAhead(ILogger logger, string service, long latest, long highest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The feed of {Service} cannot be read at the moment; tried again shortly. {Reason}")]
    private static partial void LogFailed(ILogger logger, string service, string reason);
}
