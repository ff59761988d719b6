namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateMeetingResponse> CreateMeeting(CreateMeetingRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var meeting = request.Meeting.Required("meeting");
        meeting.Check("meeting");
        await references.CheckAsync(meeting.ReferencedNames("meeting"), context.CancellationToken);
        return new() { Meeting = await store.CreateAsync(meeting, write, context.CancellationToken) };
    }
}
