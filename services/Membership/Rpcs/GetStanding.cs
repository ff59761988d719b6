namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    [AllowService("membership", "meetings", "commitments")]
    public override async Task<GetStandingResponse> GetStanding(GetStandingRequest request, ServerCallContext context)
    {
        var read = context.ToReadRequest(request.AsOf, request.KnownAt);
        // Who is in a body decides what a party system sees, this answer included: of its own standing it sees everything.
        if (context.Caller().Party == request.Participant)
            read = read with { Viewer = Viewer.Platform };
        await store.GetAsync<Participant>(request.Participant, read with { Time = read.Time with { AsOf = null } },
            context.CancellationToken);
        var body = await store.GetAsync<Body>(request.Body, read with { Time = read.Time with { AsOf = null } }, context.CancellationToken);
        var page = await store.ListAsync<StandingStep>(request, pageSize: 1000, pageToken: "", read,
            [new IndexFilter("parent", request.Participant), new IndexFilter("body", request.Body)], context.CancellationToken);
        var steps = page.Items.OrderBy(s => s.EffectiveDate, StringComparer.Ordinal).ToList();
        var current = StandingStepRules.Current(steps).ToList();
        return new() { CurrentSteps = { current }, Steps = { steps }, IsMember = await IsMemberAsync() };

        async Task<bool> IsMemberAsync()
        {
            if (body.Constituency is not { } constituency)
                return current.Exists(StandingStepRules.IsIn);
            var elsewhere = await store.ListAsync<StandingStep>(request, pageSize: 1000, pageToken: "", read,
                [new IndexFilter("parent", request.Participant), new IndexFilter("body", constituency.Body)], context.CancellationToken);
            return StandingStepRules.Current([.. elsewhere.Items.OrderBy(s => s.EffectiveDate, StringComparer.Ordinal)])
                .Any(s => s.Kind == constituency.Standing);
        }
    }
}
