namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateRecommendationResponseResponse> CreateRecommendationResponse(
        CreateRecommendationResponseRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var response = request.RecommendationResponse.Required("recommendation_response");
        response.Check("recommendation_response");
        response.Inherit(await references.CheckAsync(response.ReferencedNames("recommendation_response"), context.CancellationToken));
        return new()
        {
            RecommendationResponse = await store.CreateAsync(response, write, context.CancellationToken, CheckAnsweredAsync),
        };

        async Task CheckAnsweredAsync()
        {
            var recommendation = await store.FindAsync<Outcome>(ResourceNames.Parent(response.Name), ReadRequest.Now,
                context.CancellationToken)
                ?? throw ApiError.ReferenceNotFound("recommendation_response.name", ResourceNames.Parent(response.Name));
            response.CheckAnswered(recommendation);
        }
    }
}
