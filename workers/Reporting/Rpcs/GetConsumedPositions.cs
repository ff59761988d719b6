using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Reporting.V1;

namespace Platform.Reporting;

internal sealed partial class ReportingRpcs
{
    [AllowEveryRole]
    public override async Task<GetConsumedPositionsResponse> GetConsumedPositions(GetConsumedPositionsRequest request, ServerCallContext context) =>
        new() { ConsumedPositions = { await PositionsAsync(context.CancellationToken) } };

    private async Task<IReadOnlyList<ConsumedPosition>> PositionsAsync(CancellationToken cancel) =>
        await Task.WhenAll(logs.OrderBy(l => l.Service, StringComparer.Ordinal).Select(l => l.PositionAsync(cancel)));
}
