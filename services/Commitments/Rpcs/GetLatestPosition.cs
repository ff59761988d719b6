using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;

namespace Platform.Commitments;

internal sealed partial class CommitmentsRpcs
{
    [AllowEveryRole]
    public override async Task<GetLatestPositionResponse> GetLatestPosition(GetLatestPositionRequest request, ServerCallContext context) =>
        new() { Position = await store.LatestPositionAsync(context.CancellationToken), LogId = await store.LogIdAsync(context.CancellationToken) };
}
