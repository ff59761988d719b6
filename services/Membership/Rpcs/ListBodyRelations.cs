namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<ListBodyRelationsResponse> ListBodyRelations(ListBodyRelationsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<BodyRelation>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("parent", request.Parent),
            new IndexFilter("related-body", request.RelatedBody),
        ], context.CancellationToken);
        return new() { BodyRelations = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
