namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListRecommendationResponsesResponse> ListRecommendationResponses(ListRecommendationResponsesRequest request,
        ServerCallContext context)
    {
        var page = await store.ListAsync<RecommendationResponse>(request, request.PageSize, request.PageToken,
            BitemporalPoint.From(request.AsOf, request.KnownAt),
        [
            new IndexEntry("parent", request.Parent),
            new IndexEntry("responding-meeting", request.RespondingMeeting),
            new IndexEntry("status", request.Status.FilterValue()),
        ], context.CancellationToken);
        return new() { RecommendationResponses = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
