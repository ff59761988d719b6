using Grpc.Core;
using Platform.Hosting.Paging;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Reader, Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<ListReportsResponse> ListReports(ListReportsRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var page = await reports.ListAsync(PageToken.Read(request.PageToken, request), size + 1, context.CancellationToken);
        var visible = page.Take(size).Where(report => IsVisible(report, context.Caller()));
        return new()
        {
            Reports = { visible },
            NextPageToken = page.Count > size ? PageToken.After(page[size - 1].Name, request) : "",
        };
    }
}
