namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateStandingStepResponse> CreateStandingStep(CreateStandingStepRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var standingStep = request.StandingStep.Required("standing_step");
        standingStep.Check("standing_step");
        standingStep.Inherit(await references.CheckAsync(standingStep.ReferencedNames("standing_step"), context.CancellationToken));
        return new() { StandingStep = await store.CreateAsync(standingStep, write, context.CancellationToken) };
    }
}
