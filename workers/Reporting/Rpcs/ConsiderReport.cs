using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<ConsiderReportResponse> ConsiderReport(ConsiderReportRequest request, ServerCallContext context) =>
        new() { Report = await TakeStepAsync(request.Name, ReportStanding.Considered, request.Meeting, request.Source, context) };
}
