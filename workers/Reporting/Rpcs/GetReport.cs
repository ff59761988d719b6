using Grpc.Core;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Resources;
using Platform.Reporting.V1;

namespace Platform.Reporting;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Reader, Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task<GetReportResponse> GetReport(GetReportRequest request, ServerCallContext context) =>
        new() { Report = await reports.FindAsync(Named(request.Name), context.CancellationToken) ?? throw ApiError.NotFound(request.Name) };

    // What cannot be a name is not put to a database: some characters it would not even take.
    private static string Named(string name) => ResourceNames.IsName(name) ? name : throw ApiError.NotFound(name);
}
