using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;
using Platform.Meetings.Rules;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateMeetingResponse> UpdateMeeting(UpdateMeetingRequest request, ServerCallContext context)
    {
        var given = request.Meeting.Given("meeting");
        await references.CheckAsync(Updates.Masked(request.UpdateMask, given).References("meeting"), context.CancellationToken);
        var meeting = await store.ChangeAsync<Meeting>(given.Name, given.Etag, context.Write(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, given, stored);
            stored.Check("meeting");
            return Updates.ChangeDate(request.ChangeDate);
        }, context.CancellationToken);
        return new() { Meeting = meeting };
    }
}
