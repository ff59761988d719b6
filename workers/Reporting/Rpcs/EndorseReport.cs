using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<EndorseReportResponse> EndorseReport(EndorseReportRequest request, ServerCallContext context) =>
        new() { Report = await TakeStepAsync(request.Name, ReportStanding.Endorsed, request.Meeting, request.Source, context) };
}
