using MassTransit;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Building;

/// <summary>
/// Tells over the bus which reports are ready: each at least once, by whichever worker sees it first. What the broker does not
/// take is told when it does again.
/// </summary>
internal sealed partial class ReportAnnouncer(ReportStore reports, IBus bus, TimeProvider time, ILogger<ReportAnnouncer> log)
    : BackgroundService
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Tells of those of which nobody was told yet.</summary>
    public async Task AnnounceAsync(CancellationToken cancel)
    {
        foreach (var report in await reports.ListUnannouncedAsync(cancel))
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timeout.CancelAfter(PublishTimeout);
            await bus.Publish(new ReportReady { Report = report }, timeout.Token);
            await reports.MarkAnnouncedAsync(report.Name, cancel);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = LookInterval;
            try
            {
                await AnnounceAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The broker or the database is away, or anything else: the next attempt comes.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogAway(log, e.Message);
                wait = RetryInterval;
            }
            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody can be told at the moment which reports are ready. {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
