namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateOutcomeLinkResponse> CreateOutcomeLink(CreateOutcomeLinkRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var outcomeLink = request.OutcomeLink.Required("outcome_link");
        outcomeLink.Check("outcome_link");
        outcomeLink.Inherit(await references.CheckAsync(outcomeLink.ReferencedNames("outcome_link"), context.CancellationToken));
        return new() { OutcomeLink = await store.CreateAsync(outcomeLink, write, context.CancellationToken, CheckOrderAsync) };

        async Task CheckOrderAsync()
        {
            if (await store.FindAsync<Outcome>(outcomeLink.Outcome, ReadRequest.Now, context.CancellationToken) is { } outcome
                && await store.FindAsync<Outcome>(outcomeLink.Target, ReadRequest.Now, context.CancellationToken) is { } target)
            {
                outcomeLink.CheckOrder(outcome, target);
            }
        }
    }
}
