namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<PullChangesResponse> PullChanges(PullChangesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var start = FeedStart.Of(request.HasAfterPosition ? request.AfterPosition : null, request.FromTime, request.FromNow,
            request.FromBeginning, request.LogId);
        var page = await feed.PullAsync(start, request.ResourceTypes, request.Concerning, context.Viewer(),
            request.PageSize, context.CancellationToken);
        return new()
        {
            Changes = { page.Changes.Select(change => events.Of(change, caller)) },
            Position = page.Position,
            LogId = page.LogId,
            More = page.More,
        };
    }
}
