using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Store;
using Platform.Reporting.V1;

namespace Platform.Reporting;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Reader, Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<ListReportsResponse> ListReports(ListReportsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var reports = await history.ListReportsAsync(PageToken.Read(request.PageToken, request), size + 1, context.CancellationToken);
        return reports.Count > size
            ? new() { Reports = { reports.Take(size) }, NextPageToken = PageToken.After(reports[size - 1].Name, request) }
            : new() { Reports = { reports } };
    }
}
