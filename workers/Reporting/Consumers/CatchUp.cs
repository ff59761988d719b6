using Grpc.Core;
using Platform.Reporting.History;

namespace Platform.Reporting.Consumers;

/// <summary>One page of a service's feed.</summary>
/// <param name="Change">The change; null in a heartbeat.</param>
/// <param name="Position">The position to resume from.</param>
internal readonly record struct FeedItem(IChange? Change, long Position);

/// <summary>How the change log of one service is read over gRPC.</summary>
/// <param name="Service">The service's name, for example <c>meetings</c>.</param>
/// <param name="LatestPosition">Tells the position of its latest change.</param>
/// <param name="Follow">Its changes after a position.</param>
internal sealed record ServiceFeed(
    string Service,
    Func<CancellationToken, Task<long>> LatestPosition,
    Func<long, CancellationToken, IAsyncEnumerable<FeedItem>> Follow);

/// <summary>
/// Fetches from a service's feed what the bus did not bring: everything for a new database, what was lost with a
/// broker, what the in-memory bus of the embedded default held when the process ended. It looks whether the history
/// reaches the end of the service's log, and reads on from where it ends when it has not moved since the last look.
/// </summary>
internal sealed partial class CatchUp(ServiceFeed feed, HistoryStore history, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<CatchUp> log) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A service of the same process can be asked once the process listens.
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (lifetime.ApplicationStarted.Register(started.SetResult))
            await started.Task.WaitAsync(stoppingToken);

        // Nothing is fetched on the first look of a worker that has some history: the bus may be about to bring it.
        long last = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var consumed = (await history.PositionAsync(feed.Service, stoppingToken)).Position;
                var latest = await feed.LatestPosition(stoppingToken);
                if (consumed < latest && consumed == last)
                    consumed = await FetchAsync(consumed, latest, stoppingToken);
                last = consumed;
            }
            catch (RpcException) when (stoppingToken.IsCancellationRequested)
            {
                // The call was ended by the stop; it would be logged as a fault of the worker.
                return;
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, feed.Service, e is Platform.Hosting.Errors.RefusedException or RpcException ? e.Message : e.ToString());
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<long> FetchAsync(long after, long until, CancellationToken cancel)
    {
        LogFetching(log, feed.Service, after + 1, until);
        var batch = new List<IChange>(BatchSize);
        await foreach (var item in feed.Follow(after, cancel))
        {
            if (item.Change is not null)
                batch.Add(item.Change);
            if (batch.Count == BatchSize || item.Position >= until)
            {
                await history.AddAsync(feed.Service, batch, cancel);
                batch.Clear();
            }
            if (item.Position >= until)
                break;
        }
        return until;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Fetching changes {First} to {Last} of {Service} from its feed: the bus has not brought them.")]
    private static partial void LogFetching(ILogger logger, string service, long first, long last);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The feed of {Service} cannot be read at the moment; tried again shortly. {Reason}")]
    private static partial void LogFailed(ILogger logger, string service, string reason);
}
