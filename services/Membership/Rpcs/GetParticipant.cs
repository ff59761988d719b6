namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetParticipantResponse> GetParticipant(GetParticipantRequest request, ServerCallContext context) =>
        new()
        {
            Participant = await store.GetAsync<Participant>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
