namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<ReopenCommitmentResponse> ReopenCommitment(ReopenCommitmentRequest request, ServerCallContext context)
    {
        var basis = ChangeBasis.From(request.ChangeDate, request.Correction);
        var commitment = await store.ChangeAsync<Commitment>(request.Name, request.Etag, context.ToWriteRequest(request, request.RequestId),
            stored =>
        {
            stored.Reopen(basis);
            return basis;
        }, context.CancellationToken, basis.CorrectedVersion);
        return new() { Commitment = commitment };
    }
}
