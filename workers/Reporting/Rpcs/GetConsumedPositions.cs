using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [AllowEveryRole]
    public override async Task<GetConsumedPositionsResponse> GetConsumedPositions(GetConsumedPositionsRequest request,
        ServerCallContext context) =>
        new() { ConsumedPositions = { await PositionsAsync(context.CancellationToken) } };
}
