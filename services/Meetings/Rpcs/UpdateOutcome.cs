namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateOutcomeResponse> UpdateOutcome(UpdateOutcomeRequest request, ServerCallContext context)
    {
        var requested = request.Outcome.Required("outcome");
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("outcome"), context.CancellationToken);
        var outcome = await store.ChangeAsync<Outcome>(requested.Name, requested.Etag, context.ToWriteRequest(request, request.RequestId),
            stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored, ("official_text", nameof(AttachOfficialText)));
            stored.Check("outcome");
            return Updates.ChangeDate(request.ChangeDate);
        }, context.CancellationToken);
        return new() { Outcome = outcome };
    }
}
