namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateOutcomeLinkResponse> UpdateOutcomeLink(UpdateOutcomeLinkRequest request, ServerCallContext context)
    {
        var requested = request.OutcomeLink.Required("outcome_link");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("outcome_link"),
            context.CancellationToken);
        var outcomeLink = await store.ChangeAsync<OutcomeLink>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("outcome_link");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { OutcomeLink = outcomeLink };
    }
}
