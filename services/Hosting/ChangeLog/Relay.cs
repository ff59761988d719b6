using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Platform.Hosting.Telemetry;

namespace Platform.Hosting.ChangeLog;

/// <summary>
/// Publishes a service's change log to the bus, in order, at least once. The position moves only after the
/// broker has confirmed the batch and put it into a queue, so that a crash repeats changes and never loses one. Among
/// replicas one relay works at a time: the one that holds the lease.
/// </summary>
internal sealed partial class Relay<TChange>(string service, ChangeLogEngine engine, ChangeEvents<TChange> events, ChangeSignal signal,
    ChangeLogMetrics metrics, IBus bus, TimeProvider time, ILogger<Relay<TChange>> log) : BackgroundService
    where TChange : class, IChange, new()
{
    private const int MaxBatchSize = 500;
    // Shorter than the lease: a relay that cannot publish in time leaves the lease to a replica that may have a better link.
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(4);
    // After a failure one change asks whether the broker is back. The transport tries to connect at once and then only
    // seconds later, so that waiting for it longer would answer later.
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(2);
    // The position assigner of this process wakes the relay whichever replica wrote. By itself it only has to renew its lease, and to
    // see that another replica's has ended.
    private static readonly TimeSpan PollingInterval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (failures, batch) = (0, MaxBatchSize);
        var limiter = new RateLimiter(time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await limiter.WaitAsync(stoppingToken);
                var next = signal.PositionsAssigned.Next;
                var relayed = await engine.RelayAsync(batch,
                    rows => PublishAsync(rows, failures > 0 ? ProbeTimeout : PublishTimeout, stoppingToken), stoppingToken);
                var more = false;
                // Null: another replica publishes; none: there was nothing to publish. Neither says that the broker is there.
                if (relayed is { Rows.Count: > 0 })
                {
                    metrics.Relayed(service, relayed.Rows.Count);
                    if (failures > 0)
                        LogResumed(log, service, failures);
                    (failures, more) = (0, relayed.More);
                    batch = Math.Min(2 * batch, MaxBatchSize);
                }
                if (!more)
                    await ChangeSignal.WaitAsync(next, PollingInterval, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // Whatever is wrong with the database or the broker: the log is safe, try again later.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures++;
                metrics.Failed(service);
                // Log at powers of two: a broker that is away for a day does not fill the disk.
                if (System.Numerics.BitOperations.IsPow2(failures))
                    LogFailed(log, service, failures, e);
                // One change probes whether the broker is back; on a slow link fewer are confirmed in time.
                batch = 1;
                await ReleaseAsync();
                var pause = TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, failures), MaxDelay.TotalMilliseconds));
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        await ReleaseAsync();
    }

    private async Task PublishAsync(IReadOnlyList<ChangeRow> rows, TimeSpan longest, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(longest, time);
        // All at once and confirmed together, but those of one resource one after the other: only what was confirmed
        // is surely before what is sent next.
        await Task.WhenAll(rows.GroupBy(row => row.ResourceName).Select(async versions =>
        {
            foreach (var row in versions)
            {
                // A process that stops begins nothing new, and finishes what it has begun to send.
                cancel.ThrowIfCancellationRequested();
                // What MassTransit sends, and the worker then does, is a part of the call that made the change.
                using var activity = Tracing.Continue("publish change", row.TraceParent);
                await bus.Publish(events.Of(row), context => Address(context, row), timeout.Token);
            }
        }));
    }

    private static void Address(PublishContext context, ChangeRow row)
    {
        context.MessageId = row.ChangeId;
        // What no queue takes is returned, which is a fault and no success.
        if (context.TryGetPayload<RabbitMqSendContext>(out var rabbit))
            rabbit.Mandatory = true;
    }

    private async Task ReleaseAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
            await engine.ReleaseRelayAsync(timeout.Token);
        }
#pragma warning disable CA1031 // The database may be what is away: then the lease ends by itself.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotReleased(log, service, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Changes of {Service} could not be published ({Failures} times in a row); they wait in the log and are tried again. If "
            + "the message says that it was returned, no queue receives them: start the reporting worker.")]
    private static partial void LogFailed(ILogger logger, string service, int failures, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Changes of {Service} are published again, after {Failures} failures.")]
    private static partial void LogResumed(ILogger logger, string service, int failures);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The relay's lease of {Service} could not be given back and ends by itself. {Reason}")]
    private static partial void LogNotReleased(ILogger logger, string service, string reason);
}
