using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<RunScheduleResponse> RunSchedule(RunScheduleRequest request, ServerCallContext context)
    {
        var schedule = await FindScheduleAsync(request.Name, context.CancellationToken);
        var run = new ScheduleRun { DueTime = time.GetUtcNow().ToTimestamp(), State = ScheduleRunState.Running };
        await schedules.AddRunAsync(schedule.Name, run, context.CancellationToken);
        return new() { Run = run };
    }
}
