using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Reader, Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<GetReportResponse> GetReport(GetReportRequest request, ServerCallContext context) =>
        new() { Report = await reports.FindAsync(Named(request.Name), context.CancellationToken) ?? throw ApiError.NotFound(request.Name) };
}
