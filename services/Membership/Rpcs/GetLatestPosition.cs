using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Membership.V1;

namespace Platform.Membership;

internal sealed partial class MembershipRpcs
{
    [AllowEveryRole]
    public override async Task<GetLatestPositionResponse> GetLatestPosition(GetLatestPositionRequest request, ServerCallContext context) =>
        new() { Position = await store.LatestPositionAsync(context.CancellationToken), LogId = await store.LogIdAsync(context.CancellationToken) };
}
