namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateMeetingResponse> CreateMeeting(CreateMeetingRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var meeting = request.Meeting.Required("meeting");
        meeting.Check("meeting");
        meeting.CheckHeld(Today);
        meeting.Inherit(await references.CheckAsync(meeting.ReferencedNames("meeting"), context.CancellationToken));
        return new()
        {
            Meeting = await store.CreateAsync(meeting, write, context.CancellationToken,
                request.AllowDuplicate ? null : CheckNoDuplicateAsync),
        };

        Task CheckNoDuplicateAsync() => store.CheckNoDuplicateAsync(meeting, "number", MeetingsModule.Numbers(meeting),
            "has this number in the series of this body", context.CancellationToken);
    }
}
