using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    // Another worker may build it, so that the database is looked at: soon after a change, and less often while nothing happens.
    private static readonly TimeSpan MinWatchInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxWatchInterval = TimeSpan.FromSeconds(1);

    [Allow(Role.Reader, Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task WatchReport(WatchReportRequest request, IServerStreamWriter<WatchReportResponse> responseStream,
        ServerCallContext context)
    {
        Report? last = null;
        var interval = MinWatchInterval;
        while (true)
        {
            var report = await FindVisibleAsync(request.Name, context) ?? throw ApiError.NotFound(request.Name);
            if (!report.Equals(last))
            {
                await responseStream.WriteAsync(new() { Report = report }, context.CancellationToken);
                interval = MinWatchInterval;
            }
            if (report.State is ReportState.Ready or ReportState.Failed or ReportState.Cancelled or ReportState.Expired)
                return;
            if (time.GetUtcNow() >= context.TokenExpiry())
                throw ApiError.Unauthenticated();
            last = report;
            await Task.Delay(interval, time, context.CancellationToken);
            interval = interval * 1.5 < MaxWatchInterval ? interval * 1.5 : MaxWatchInterval;
        }
    }
}
