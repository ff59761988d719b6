namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<ListContributionsResponse> ListContributions(ListContributionsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Contribution>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("parent", request.Parent),
            new IndexFilter("body", request.Body),
        ], context.CancellationToken);
        return new() { Contributions = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
