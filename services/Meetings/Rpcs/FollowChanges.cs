namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    [AllowService("reporting")]
    public override async Task FollowChanges(FollowChangesRequest request, IServerStreamWriter<FollowChangesResponse> responseStream,
        ServerCallContext context)
    {
        var caller = context.Caller();
        var start = FeedStart.Of(request.HasAfterPosition ? request.AfterPosition : null, request.FromTime, request.FromNow,
            request.FromBeginning, request.LogId);
        await foreach (var (change, position, logId) in feed.FollowAsync(start, request.ResourceTypes, request.Concerning,
            context.Viewer(), request.Complete, context.TokenExpiry(), context.CancellationToken))
        {
            var response = new FollowChangesResponse
            {
                Change = change is null ? null : events.Of(change, caller),
                Position = position,
                LogId = logId,
            };
            await feed.SendAsync(responseStream, response, context);
        }
    }
}
