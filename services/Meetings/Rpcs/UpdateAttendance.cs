namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateAttendanceResponse> UpdateAttendance(UpdateAttendanceRequest request, ServerCallContext context)
    {
        var requested = request.Attendance.Required("attendance");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("attendance"), context.CancellationToken);
        var attendance = await store.ChangeAsync<Attendance>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("attendance");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Attendance = attendance };
    }
}
