namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    [AllowService("commitments")]
    public override async Task<BatchGetMeetingsResponse> BatchGetMeetings(BatchGetMeetingsRequest request, ServerCallContext context)
    {
        var (found, missing) = await store.BatchGetAsync<Meeting>(request.Names,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken);
        return new() { Meetings = { found }, MissingNames = { missing } };
    }
}
