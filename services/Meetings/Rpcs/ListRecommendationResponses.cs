namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListRecommendationResponsesResponse> ListRecommendationResponses(ListRecommendationResponsesRequest request,
        ServerCallContext context)
    {
        var page = await store.ListAsync<RecommendationResponse>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("parent", request.Parent),
            new IndexFilter("responding-meeting", request.RespondingMeeting),
            IndexFilter.Of("status", request.Statuses),
        ], context.CancellationToken);
        return new() { RecommendationResponses = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
