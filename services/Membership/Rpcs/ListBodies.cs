namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<ListBodiesResponse> ListBodies(ListBodiesRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Body>(request, request.PageSize, request.PageToken,
            BitemporalPoint.From(request.AsOf, request.KnownAt),
        [
            new IndexEntry("known-as", request.KnownAs.ToUpperInvariant()),
            new IndexEntry("kind", request.Kind.FilterValue()),
        ], context.CancellationToken);
        return new() { Bodies = { page.Items }, NextPageToken = page.NextPageToken };
    }
}
