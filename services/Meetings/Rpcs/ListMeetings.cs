namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListMeetingsResponse> ListMeetings(ListMeetingsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Meeting>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("body", request.Body),
            IndexFilter.Of("kind", request.Kinds),
            IndexFilter.Of("status", request.Statuses),
        ], context.CancellationToken);
        return new() { Meetings = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
