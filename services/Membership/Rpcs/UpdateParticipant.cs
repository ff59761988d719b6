namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<UpdateParticipantResponse> UpdateParticipant(UpdateParticipantRequest request, ServerCallContext context)
    {
        var requested = request.Participant.Required("participant");
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        // It names no other resource. A wrong mask is reported before a participant that does not exist.
        _ = Updates.Masked(request.UpdateMask, requested);
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
