using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<PauseScheduleResponse> PauseSchedule(PauseScheduleRequest request, ServerCallContext context) =>
        new() { Schedule = await ChangeScheduleAsync(request.Name, paused: true, context.CancellationToken) };

    // What was due while it was paused is not made up for: it goes on from now.
    private async Task<Schedule> ChangeScheduleAsync(string name, bool paused, CancellationToken cancel)
    {
        while (true)
        {
            var schedule = await FindScheduleAsync(name, cancel);
            if (schedule.Paused == paused)
                return schedule;
            var changed = schedule.Clone();
            (changed.Paused, changed.ResumeTime) = (paused, paused ? schedule.ResumeTime : time.GetUtcNow().ToTimestamp());
            changed.NextTime = await scheduler.NextAsync(changed, time.GetUtcNow(), cancel);
            if (await schedules.ReplaceAsync(schedule, changed, cancel))
                return changed;
        }
    }
}
