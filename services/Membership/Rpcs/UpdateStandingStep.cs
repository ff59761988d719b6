namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateStandingStepResponse> UpdateStandingStep(UpdateStandingStepRequest request, ServerCallContext context)
    {
        var requested = request.StandingStep.Required("standing_step");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("standing_step"),
            context.CancellationToken);
        var standingStep = await store.ChangeAsync<StandingStep>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("standing_step");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { StandingStep = standingStep };
    }
}
