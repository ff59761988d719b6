namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<GetCommitmentResponse> GetCommitment(GetCommitmentRequest request, ServerCallContext context) =>
        new()
        {
            Commitment = await store.GetAsync<Commitment>(request.Name,
                context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken),
        };
}
