namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<GetRecommendationResponseResponse> GetRecommendationResponse(GetRecommendationResponseRequest request,
        ServerCallContext context) =>
        new()
        {
            RecommendationResponse = await store.GetAsync<RecommendationResponse>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
