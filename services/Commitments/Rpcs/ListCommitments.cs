namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<ListCommitmentsResponse> ListCommitments(ListCommitmentsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Commitment>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("owner", request.Owners),
            new IndexFilter("outcome", request.Outcome),
            new IndexFilter("advances", request.Advances),
            new IndexFilter("theme", request.Themes),
            new IndexFilter("state", request.State.FilterValue()),
            IndexFilter.Of("kind", request.Kinds),
            new IndexFilter("concerning", CommitmentRules.Concerning(request.Concerning)),
        ], context.CancellationToken);
        return new() { Commitments = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
