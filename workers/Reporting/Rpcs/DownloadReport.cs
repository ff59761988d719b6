using Google.Protobuf;
using Grpc.Core;
using Platform.Common.V1;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    private const int ChunkSize = 64 * 1024;

    [Allow(Role.Reader, Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task DownloadReport(DownloadReportRequest request, IServerStreamWriter<DownloadReportResponse> responseStream,
        ServerCallContext context)
    {
        var violations = new FieldViolations();
        violations.DefinedEnum("format", request.Format);
        violations.ThrowIfAny();
        var report = await FindVisibleAsync(request.Name, context) ?? throw ApiError.NotFound(request.Name);
        if (report.State != ReportState.Ready)
            throw ApiError.RuleViolated(Rule.ReportState, $"\"{report.Name}\" cannot be downloaded: it is {StateOf(report)}.");
        var files = await reports.FindFilesAsync(report.Name, context.CancellationToken) ?? throw ApiError.NotFound(request.Name);
        var file = request.Format != ReportFormat.Brief ? files.Workbook
            : files.Brief ?? throw ApiError.RuleViolated(Rule.ReportState,
                $"\"{report.Name}\" has no brief: it was built before there were briefs. Have it built again under another name.");
        for (var start = 0; start < file.Length; start += ChunkSize)
        {
            var chunk = file.AsMemory(start, Math.Min(ChunkSize, file.Length - start));
            await responseStream.WriteAsync(new() { Data = UnsafeByteOperations.UnsafeWrap(chunk) }, context.CancellationToken);
        }
    }
}
