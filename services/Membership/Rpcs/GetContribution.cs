namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetContributionResponse> GetContribution(GetContributionRequest request, ServerCallContext context) =>
        new()
        {
            Contribution = await store.GetAsync<Contribution>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
