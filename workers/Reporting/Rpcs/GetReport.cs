using Grpc.Core;
using Platform.Common.V1;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Reader, Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<GetReportResponse> GetReport(GetReportRequest request, ServerCallContext context) =>
        new() { Report = await FindVisibleAsync(request.Name, context) ?? throw ApiError.NotFound(request.Name) };

    private async Task<Report?> FindVisibleAsync(string name, ServerCallContext context) =>
        await reports.FindAsync(Named(name), context.CancellationToken) is { } report && IsVisible(report,
            context.Caller()) ? report : null;

    // How closely a report is held is known when it is built.
    private static bool IsVisible(Report report, Caller caller) =>
        caller.Role != Role.Reader || (report.State == ReportState.Ready
            && report.Marking is HandlingLevel.Public or HandlingLevel.Unspecified);
}
