using Grpc.Core;
using Platform.Common.V1;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<CancelReportResponse> CancelReport(CancelReportRequest request, ServerCallContext context)
    {
        var report = await reports.FindAsync(Named(request.Name), context.CancellationToken) ?? throw ApiError.NotFound(request.Name);
        var cancelled = report.Clone();
        cancelled.State = ReportState.Cancelled;
        if (await reports.FinishAsync(cancelled, null, context.CancellationToken))
            return new() { Report = cancelled };
        report = await reports.FindAsync(report.Name, context.CancellationToken) ?? throw ApiError.NotFound(request.Name);
        throw ApiError.RuleViolated(Rule.ReportState, $"\"{report.Name}\" is not being built any more: it is {StateOf(report)}.");
    }
}
