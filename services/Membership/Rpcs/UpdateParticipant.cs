namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateParticipantResponse> UpdateParticipant(UpdateParticipantRequest request, ServerCallContext context)
    {
        var requested = request.Participant.Required("participant");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        await references.CheckAsync(Updates.Masked(request.UpdateMask, requested).ReferencedNames("participant"),
            context.CancellationToken);
        var participant = await store.ChangeAsync<Participant>(requested.Name, requested.Etag,
            context.ToWriteRequest(request, request.RequestId), stored =>
        {
            Updates.Apply(request.UpdateMask, requested, stored);
            stored.Check("participant");
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Participant = participant };
    }
}
