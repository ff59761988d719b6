namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<ListThemesResponse> ListThemes(ListThemesRequest request, ServerCallContext context)
    {
        var page = await store.ListAsync<Theme>(request, request.PageSize, request.PageToken,
            context.ToReadRequest(request.AsOf, request.KnownAt, request.ReadMask),
        [
            new IndexFilter("broader-theme", request.BroaderTheme),
        ], context.CancellationToken);
        return new() { Themes = { page.Items }, NextPageToken = page.NextPageToken, TotalSize = page.TotalSize };
    }
}
