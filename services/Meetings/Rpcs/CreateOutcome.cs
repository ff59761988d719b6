namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateOutcomeResponse> CreateOutcome(CreateOutcomeRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var outcome = request.Outcome.Required("outcome");
        outcome.Check("outcome");
        outcome.CheckUnattached("outcome");
        outcome.Inherit(await references.CheckAsync(outcome.ReferencedNames("outcome"), context.CancellationToken));
        return new() { Outcome = await store.CreateAsync(outcome, write, context.CancellationToken) };
    }
}
