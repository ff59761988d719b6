using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Hosting.ChangeLog;

/// <summary>
/// Gives positions to changes as they are committed, apart from the relay, so that feeds go on while the broker is
/// away. Every replica does it; the engine keeps them apart. It wakes the feeds of its process, whichever replica gave
/// the positions, so that a thousand followers ask the database no more often than one.
/// </summary>
internal sealed partial class PositionAssigner(string service, ChangeLogEngine engine, ChangeSignal signal, ChangeLogMetrics metrics,
    TimeProvider time, ILogger<PositionAssigner> log) : BackgroundService
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var limiter = new RateLimiter(time);
        long last = 0;
        long? statusAt = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await limiter.WaitAsync(stoppingToken);
                var next = signal.Written.Next;
                var latest = await engine.AssignPositionsAsync(stoppingToken);
                if (latest != last)
                    signal.PositionsAssigned.Set();
                last = latest;
                if (statusAt is null || time.GetElapsedTime(statusAt.Value) >= StatusInterval)
                {
                    metrics.Note(service, await engine.StatusAsync(stoppingToken));
                    statusAt = time.GetTimestamp();
                }
                await ChangeSignal.WaitAsync(next, time, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, service, e);
                await Task.Delay(TimeSpan.FromSeconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of {Service} could not be given their positions; tried again shortly.")]
    private static partial void LogFailed(ILogger logger, string service, Exception exception);
}
