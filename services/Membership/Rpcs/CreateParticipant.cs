namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [Allow(Role.Officer)]
    public override async Task<CreateParticipantResponse> CreateParticipant(CreateParticipantRequest request, ServerCallContext context)
    {
        var write = context.ToWriteRequest(request, request.RequestId);
        var participant = request.Participant.Required("participant");
        participant.Check("participant");
        return new() { Participant = await store.CreateAsync(participant, write, context.CancellationToken) };
    }
}
