using Grpc.Core;
using Platform.Hosting.Paging;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<ListSchedulesResponse> ListSchedules(ListSchedulesRequest request, ServerCallContext context)
    {
        var size = PageToken.SizeOf(request.PageSize);
        var page = await schedules.ListAsync(PageToken.Read(request.PageToken, request), size + 1, context.CancellationToken);
        return new()
        {
            Schedules = { page.Take(size) },
            NextPageToken = page.Count > size ? PageToken.After(page[size - 1].Name, request) : "",
        };
    }
}
