namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetBodyRelationResponse> GetBodyRelation(GetBodyRelationRequest request, ServerCallContext context) =>
        new()
        {
            BodyRelation = await store.GetAsync<BodyRelation>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
