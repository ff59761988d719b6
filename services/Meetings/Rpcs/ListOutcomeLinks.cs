namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListOutcomeLinksResponse> ListOutcomeLinks(ListOutcomeLinksRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<OutcomeLink>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("outcome", request.Outcome),
            new IndexFilter("target", request.Target),
            IndexFilter.Of("relation", request.Relations),
        ], context.CancellationToken);
        return new() { OutcomeLinks = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
