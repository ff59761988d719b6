using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Reporting.Delivery;
using Platform.Reporting.Schedules;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    private const int MaxSchedules = 100;

    private const int MaxNameLength = 50;

    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<CreateScheduleResponse> CreateSchedule(CreateScheduleRequest request, ServerCallContext context)
    {
        var cancel = context.CancellationToken;
        var asked = request.Schedule ?? throw ApiError.InvalidField("schedule", "Is required.");
        Check(asked, delivery);
        var now = time.GetUtcNow();
        var schedule = asked.Clone();
        (schedule.Paused, schedule.CreateTime) = (false, now.ToTimestamp());
        schedule.NextTime = await scheduler.NextAsync(schedule, now, cancel);
        if (await schedules.FindAsync(schedule.Name, cancel) is null && (await schedules.ListAsync("", MaxSchedules, cancel)).Count
            >= MaxSchedules)
        {
            throw ApiError.LimitExceeded("schedules", $"There are {MaxSchedules} schedules. Delete one that is no longer needed.");
        }
        if (await schedules.AddAsync(schedule, cancel))
            return new() { Schedule = schedule };
        var earlier = await schedules.FindAsync(schedule.Name, cancel) ?? throw ApiError.NotFound(schedule.Name);
        // What the server says of it is no part of the request.
        (schedule.Paused, schedule.CreateTime, schedule.NextTime) = (earlier.Paused, earlier.CreateTime, earlier.NextTime);
        return schedule.Equals(earlier) ? new() { Schedule = earlier } : throw ApiError.Exists(schedule.Name);
    }

    private static void Check(Schedule schedule, ReportDelivery delivery)
    {
        var violations = new FieldViolations();
        violations.ResourceName("schedule.name", schedule.Name, "schedules/*");
        if (schedule.Name.Length > MaxNameLength)
        {
            violations.Add("schedule.name",
                $"Must have at most {MaxNameLength} characters: its reports are named after it and the moment.");
        }
        violations.Text("schedule.title", schedule.Title, 200);
        violations.OptionalResourceName("schedule.base_meeting", schedule.BaseMeeting, "meetings/*");
        violations.OptionalResourceName("schedule.target_meeting", schedule.TargetMeeting, "meetings/*");
        violations.DefinedEnum("schedule.handling", schedule.Handling);
        ScheduleTimes.Check(schedule, violations);
        delivery.Check(schedule, violations);
        violations.ThrowIfAny();
    }
}
