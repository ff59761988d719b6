namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<ListAccessionsResponse> ListAccessions(ListAccessionsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Accession>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("parent", request.Parent),
            new IndexFilter("instrument", request.Instrument),
            IndexFilter.Of("kind", request.Kinds),
        ], context.CancellationToken);
        return new() { Accessions = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
