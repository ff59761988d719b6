namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateAttendanceResponse> CreateAttendance(CreateAttendanceRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var attendance = request.Attendance.Required("attendance");
        attendance.Check("attendance");
        attendance.Inherit(await references.CheckAsync(attendance.ReferencedNames("attendance"), context.CancellationToken));
        return new() { Attendance = await store.CreateAsync(attendance, write, context.CancellationToken) };
    }
}
