using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;
using Platform.Meetings.Rules;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateAttendanceResponse> UpdateAttendance(UpdateAttendanceRequest request, ServerCallContext context)
    {
        var given = request.Attendance.Given("attendance");
        await references.CheckAsync(Updates.Masked(request.UpdateMask, given).References("attendance"), context.CancellationToken);
        var attendance = await store.ChangeAsync<Attendance>(given.Name, given.Etag, context.Write(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, given, stored);
            stored.Check("attendance");
            return Updates.ChangeDate(request.ChangeDate);
        }, context.CancellationToken);
        return new() { Attendance = attendance };
    }
}
