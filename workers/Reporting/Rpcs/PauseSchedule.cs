using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<PauseScheduleResponse> PauseSchedule(PauseScheduleRequest request, ServerCallContext context) =>
        new() { Schedule = await ChangeScheduleAsync(request.Name, paused: true, context.CancellationToken) };
}
