using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;

namespace Platform.Meetings;

internal sealed partial class MeetingsRpcs
{
    [AllowEveryRole]
    public override async Task<GetLatestPositionResponse> GetLatestPosition(GetLatestPositionRequest request, ServerCallContext context) =>
        new() { Position = await store.LatestPositionAsync(context.CancellationToken), LogId = await store.LogIdAsync(context.CancellationToken) };
}
