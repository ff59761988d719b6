namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateContributionResponse> UpdateContribution(UpdateContributionRequest request, ServerCallContext context)
    {
        var requested = request.Contribution.Required("contribution");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("contribution"),
            context.CancellationToken);
        var contribution = await store.ChangeAsync<Contribution>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("contribution");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Contribution = contribution };
    }
}
