namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<GetMeetingResponse> GetMeeting(GetMeetingRequest request, ServerCallContext context) =>
        new()
        {
            Meeting = await store.GetAsync<Meeting>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
