using Grpc.Core;
using Platform.Hosting.Errors;
using Platform.Reporting.History;

namespace Platform.Reporting.Consumers;

/// <summary>
/// Waits until the history holds everything that was recorded before a report is asked for, so that the same report
/// made again later has the same cells. While a service cannot be asked, a report is built from what was consumed.
/// </summary>
internal sealed partial class Consumption(IEnumerable<ServiceFeed> feeds, HistoryStore history, TimeProvider time, ILogger<Consumption> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public Task CatchUpAsync(CancellationToken cancel) => Task.WhenAll(feeds.Select(feed => CatchUpAsync(feed, cancel)));

    private async Task CatchUpAsync(ServiceFeed feed, CancellationToken cancel)
    {
        long latest;
        try
        {
            latest = await feed.LatestPosition(cancel);
        }
        catch (Exception e) when (e is RefusedException or RpcException { StatusCode: not StatusCode.Cancelled })
        {
            LogNotAsked(log, feed.Service, e.Message);
            return;
        }
        var start = time.GetTimestamp();
        while ((await history.PositionAsync(feed.Service, cancel)).Position < latest)
        {
            if (time.GetElapsedTime(start) > Patience)
                throw Refusal.Unavailable($"latest record of {feed.Service}, which the reporting worker is still taking in,");
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancel);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A report is built from what was consumed: the end of the change log of {Service} cannot be asked for. {Reason}")]
    private static partial void LogNotAsked(ILogger logger, string service, string reason);
}
