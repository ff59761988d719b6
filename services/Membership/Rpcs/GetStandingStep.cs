namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetStandingStepResponse> GetStandingStep(GetStandingStepRequest request, ServerCallContext context) =>
        new()
        {
            StandingStep = await store.GetAsync<StandingStep>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
