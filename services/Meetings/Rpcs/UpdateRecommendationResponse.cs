using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Hosting.Rpc;
using Platform.Meetings.Rules;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateRecommendationResponseResponse> UpdateRecommendationResponse(UpdateRecommendationResponseRequest request, ServerCallContext context)
    {
        var given = request.RecommendationResponse.Given("recommendation_response");
        await references.CheckAsync(Updates.Masked(request.UpdateMask, given).References("recommendation_response"), context.CancellationToken);
        var recommendationResponse = await store.ChangeAsync<RecommendationResponse>(given.Name, given.Etag, context.Write(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, given, stored);
            stored.Check("recommendation_response");
            return Updates.ChangeDate(request.ChangeDate);
        }, context.CancellationToken);
        return new() { RecommendationResponse = recommendationResponse };
    }
}
