namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<GetAttendanceResponse> GetAttendance(GetAttendanceRequest request, ServerCallContext context) =>
        new()
        {
            Attendance = await store.GetAsync<Attendance>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
