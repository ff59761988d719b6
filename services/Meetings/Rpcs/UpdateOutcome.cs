namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateOutcomeResponse> UpdateOutcome(UpdateOutcomeRequest request, ServerCallContext context)
    {
        var requested = request.Outcome.Required("outcome");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("outcome"), context.CancellationToken);
        var outcome = await store.ChangeAsync<Outcome>(requested.Name, requested.Etag, context.ToWriteRequest(request, request.RequestId),
            stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored, ("official_text", nameof(AttachOfficialText)));
            stored.Check("outcome");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Outcome = outcome };
    }
}
