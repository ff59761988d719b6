using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    // Another worker may build it, so that the database is looked at.
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    [Allow(Role.Reader, Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task WatchReport(WatchReportRequest request, IServerStreamWriter<WatchReportResponse> responseStream,
        ServerCallContext context)
    {
        Report? last = null;
        while (true)
        {
            var report = await FindVisibleAsync(request.Name, context) ?? throw ApiError.NotFound(request.Name);
            if (!report.Equals(last))
                await responseStream.WriteAsync(new() { Report = report }, context.CancellationToken);
            if (report.State is ReportState.Ready or ReportState.Failed or ReportState.Cancelled)
                return;
            if (time.GetUtcNow() >= context.TokenExpiry())
                throw ApiError.Unauthenticated();
            last = report;
            await Task.Delay(WatchInterval, time, context.CancellationToken);
        }
    }
}
