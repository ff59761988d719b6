namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateContributionResponse> CreateContribution(CreateContributionRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var contribution = request.Contribution.Required("contribution");
        contribution.Check("contribution");
        contribution.Inherit(await references.CheckAsync(contribution.ReferencedNames("contribution"), context.CancellationToken));
        return new() { Contribution = await store.CreateAsync(contribution, write, context.CancellationToken) };
    }
}
