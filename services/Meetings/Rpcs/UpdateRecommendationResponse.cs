namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateRecommendationResponseResponse> UpdateRecommendationResponse(
        UpdateRecommendationResponseRequest request, ServerCallContext context)
    {
        var requested = request.RecommendationResponse.Required("recommendation_response");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("recommendation_response"),
            context.CancellationToken);
        var recommendationResponse = await store.ChangeAsync<RecommendationResponse>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("recommendation_response");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { RecommendationResponse = recommendationResponse };
    }
}
