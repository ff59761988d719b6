namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateOutcomeLinkResponse> CreateOutcomeLink(CreateOutcomeLinkRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var outcomeLink = request.OutcomeLink.Required("outcome_link");
        outcomeLink.Check("outcome_link");
        await references.CheckAsync(outcomeLink.ReferencedNames("outcome_link"), context.CancellationToken);
        return new() { OutcomeLink = await store.CreateAsync(outcomeLink, write, context.CancellationToken) };
    }
}
