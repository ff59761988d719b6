using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Hosting.Store;

namespace Platform.Hosting.ChangeLog;

/// <summary>
/// Publishes a service's change log to the bus, in order, at least once. The position moves only after the
/// broker has confirmed the batch, so that a crash repeats changes and never loses one. Among replicas one relay
/// works at a time.
/// </summary>
internal sealed partial class Relay<TChange>(StoreEngine engine, ChangeEvents<TChange> events, ChangeSignal signal, IBus bus, TimeProvider time, ILogger<Relay<TChange>> log) : BackgroundService
    where TChange : class, IChange, new()
{
    private const int BatchSize = 500;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        var pace = new Pace(time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await pace.NextAsync(stoppingToken);
                var next = signal.Numbered.Next;
                var relayed = await engine.RelayAsync(BatchSize, rows => PublishAsync(rows, stoppingToken), stoppingToken);
                failures = 0;
                if (relayed is not BatchSize)
                    await ChangeSignal.WaitAsync(next, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever is wrong with the database or the broker: the log is safe, try again later.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures++;
                LogFailed(log, typeof(TChange).FullName!, failures, e);
                var pause = TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, failures), LongestPause.TotalMilliseconds));
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task PublishAsync(IReadOnlyList<ChangeRow> rows, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), time);
        // A process that stops finishes what it has begun to send, unless the broker is away.
        await using var stopping = cancel.Register(() => timeout.CancelAfter(TimeSpan.FromSeconds(5)));
        // Started in order and confirmed together: one round trip to the broker for the batch.
        await Task.WhenAll(rows.Select(row =>
        {
            var change = events.Of(row);
            return bus.Publish(change, context => context.MessageId = row.ChangeId, timeout.Token);
        }));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Changes of {Event} could not be published ({Failures} times in a row); they wait in the log and are tried again.")]
    private static partial void LogFailed(ILogger logger, string @event, int failures, Exception exception);
}
