namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateBodyRelationResponse> CreateBodyRelation(CreateBodyRelationRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var bodyRelation = request.BodyRelation.Required("body_relation");
        bodyRelation.Check("body_relation");
        bodyRelation.Inherit(await references.CheckAsync(bodyRelation.ReferencedNames("body_relation"), context.CancellationToken));
        return new() { BodyRelation = await store.CreateAsync(bodyRelation, write, context.CancellationToken) };
    }
}
