namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListDocumentsResponse> ListDocuments(ListDocumentsRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Document>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("meeting", request.Meeting),
            new IndexFilter("sha256", request.Sha256),
        ], context.CancellationToken);
        return new() { Documents = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
