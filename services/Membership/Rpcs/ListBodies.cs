namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<ListBodiesResponse> ListBodies(ListBodiesRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Body>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("known-as", request.KnownAs.ToUpperInvariant()),
            IndexFilter.Of("kind", request.Kinds),
        ], context.CancellationToken);
        return new() { Bodies = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
