namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<ListProgressUpdatesResponse> ListProgressUpdates(ListProgressUpdatesRequest request,
        ServerCallContext context)
    {
        var page = await store.ListAsync<ProgressUpdate>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("parent", request.Parent),
            new IndexFilter("reported-for", request.ReportedFor),
        ], context.CancellationToken);
        return new() { ProgressUpdates = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
