using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task FollowChanges(FollowChangesRequest request, IServerStreamWriter<FollowChangesResponse> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        await foreach (var (change, position) in feed.FollowAsync(request.AfterPosition, request.ResourceTypes, context.CancellationToken))
        {
            await responseStream.WriteAsync(new FollowChangesResponse
            {
                Change = change is null ? null : events.Of(change, caller),
                Position = position,
            }, context.CancellationToken);
        }
    }
}
