namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    [AllowService("meetings", "commitments")]
    public override async Task<BatchGetParticipantsResponse> BatchGetParticipants(BatchGetParticipantsRequest request,
        ServerCallContext context)
    {
        var (found, missing) = await store.BatchGetAsync<Participant>(request.Names,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken);
        return new() { Participants = { found }, MissingNames = { missing } };
    }
}
