namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListOutcomesResponse> ListOutcomes(ListOutcomesRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Outcome>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("parent", request.Parent),
            new IndexFilter("document", request.Document),
            new IndexFilter("speaker", request.Speaker),
            new IndexFilter("addressee", request.Addressee),
            new IndexFilter("theme", request.Themes),
            IndexFilter.Of("kind", request.Kinds),
        ], context.CancellationToken);
        return new() { Outcomes = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
