namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<ListProductsResponse> ListProducts(ListProductsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Product>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            IndexFilter.Of("kind", request.Kinds),
            new IndexFilter("owner", request.Owner),
            new IndexFilter("commitment", request.Commitment),
            new IndexFilter("theme", request.Theme),
        ], context.CancellationToken);
        return new() { Products = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
