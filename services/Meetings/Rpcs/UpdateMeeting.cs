namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateMeetingResponse> UpdateMeeting(UpdateMeetingRequest request, ServerCallContext context)
    {
        var requested = request.Meeting.Required("meeting");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("meeting"), context.CancellationToken);
        var meeting = await store.ChangeAsync<Meeting>(requested.Name, requested.Etag, context.ToWriteRequest(request, request.RequestId),
            stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("meeting");
            stored.CheckHeld(Today);
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Meeting = meeting };
    }
}
