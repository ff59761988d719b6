namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetStandingResponse> GetStanding(GetStandingRequest request, ServerCallContext context)
    {
        var time = BitemporalPoint.From(request.AsOf, request.KnownAt);
        await store.GetAsync<Participant>(request.Participant, time with { AsOf = null }, context.CancellationToken);
        await store.GetAsync<Body>(request.Body, time with { AsOf = null }, context.CancellationToken);
        var page = await store.ListAsync<StandingStep>(request, pageSize: 1000, pageToken: "", time,
            [new IndexFilter("parent", request.Participant), new IndexFilter("body", request.Body)], context.CancellationToken);
        var steps = page.Items.OrderBy(s => s.EffectiveDate, StringComparer.Ordinal).ToList();
        return new() { CurrentSteps = { StandingStepRules.Current(steps) }, Steps = { steps } };
    }
}
