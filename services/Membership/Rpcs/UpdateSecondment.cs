namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateSecondmentResponse> UpdateSecondment(UpdateSecondmentRequest request, ServerCallContext context)
    {
        var requested = request.Secondment.Required("secondment");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("secondment"), context.CancellationToken);
        var secondment = await store.ChangeAsync<Secondment>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("secondment");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Secondment = secondment };
    }
}
