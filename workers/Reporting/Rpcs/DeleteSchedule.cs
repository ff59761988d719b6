using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<DeleteScheduleResponse> DeleteSchedule(DeleteScheduleRequest request, ServerCallContext context)
    {
        await FindScheduleAsync(request.Name, context.CancellationToken);
        return await schedules.DeleteAsync(request.Name, context.CancellationToken) ? new() : throw ApiError.NotFound(request.Name);
    }
}
