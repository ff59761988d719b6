namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task FollowChanges(FollowChangesRequest request, IServerStreamWriter<FollowChangesResponse> responseStream,
        ServerCallContext context)
    {
        var caller = context.Caller();
        var start = new FeedStart(request.AfterPosition, request.FromTime, request.FromNow);
        await foreach (var (change, position) in feed.FollowAsync(start, request.ResourceTypes, request.Participant,
            context.CancellationToken))
        {
            var response = new FollowChangesResponse { Change = change is null ? null : events.Of(change, caller), Position = position };
            await feed.SendAsync(responseStream, response, context);
        }
    }
}
