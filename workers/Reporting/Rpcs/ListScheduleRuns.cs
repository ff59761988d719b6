using System.Globalization;
using Grpc.Core;
using Platform.Hosting.Paging;
using Platform.Reporting.History;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<ListScheduleRunsResponse> ListScheduleRuns(ListScheduleRunsRequest request, ServerCallContext context)
    {
        var schedule = await FindScheduleAsync(request.Name, context.CancellationToken);
        var size = PageToken.SizeOf(request.PageSize);
        var after = PageToken.Read(request.PageToken, request);
        var before = after.Length == 0 ? long.MaxValue : long.Parse(after, CultureInfo.InvariantCulture);
        var page = await schedules.ListRunsAsync(schedule.Name, before, size + 1, context.CancellationToken);
        return new()
        {
            Runs = { page.Take(size) },
            NextPageToken = page.Count > size
                ? PageToken.After(ConsumedChange.Microseconds(page[size - 1].DueTime.ToDateTimeOffset())
                    .ToString(CultureInfo.InvariantCulture), request)
                : "",
        };
    }
}
