namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<BatchGetCommitmentsResponse> BatchGetCommitments(BatchGetCommitmentsRequest request,
        ServerCallContext context)
    {
        var (found, missing) = await store.BatchGetAsync<Commitment>(request.Names,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask), context.CancellationToken);
        return new() { Commitments = { found }, MissingNames = { missing } };
    }
}
