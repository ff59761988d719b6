namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<ListCommitmentsResponse> ListCommitments(ListCommitmentsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Commitment>(request, request.PageSize, request.PageToken,
            BitemporalPoint.From(request.AsOf, request.KnownAt),
        [
            new IndexEntry("owner", request.Owner),
            new IndexEntry("outcome", request.Outcome),
            new IndexEntry("advances", request.Advances),
            new IndexEntry("theme", request.Theme),
            new IndexEntry("open", request.Open ? "true" : ""),
        ], context.CancellationToken);
        return new() { Commitments = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
