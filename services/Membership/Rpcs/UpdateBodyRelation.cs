namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateBodyRelationResponse> UpdateBodyRelation(UpdateBodyRelationRequest request, ServerCallContext context)
    {
        var requested = request.BodyRelation.Required("body_relation");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("body_relation"),
            context.CancellationToken);
        var bodyRelation = await store.ChangeAsync<BodyRelation>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("body_relation");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { BodyRelation = bodyRelation };
    }
}
