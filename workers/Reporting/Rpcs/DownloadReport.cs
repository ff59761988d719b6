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
        var report = await FindVisibleAsync(request.Name, context) ?? throw ApiError.NotFound(request.Name);
        if (report.State != ReportState.Ready)
            throw ApiError.RuleViolated(Rule.ReportState, $"\"{report.Name}\" cannot be downloaded: it is {StateOf(report)}.");
        var workbook = await reports.FindWorkbookAsync(report.Name, context.CancellationToken) ?? throw ApiError.NotFound(request.Name);
        for (var start = 0; start < workbook.Length; start += ChunkSize)
        {
            var chunk = workbook.AsMemory(start, Math.Min(ChunkSize, workbook.Length - start));
            await responseStream.WriteAsync(new() { Data = UnsafeByteOperations.UnsafeWrap(chunk) }, context.CancellationToken);
        }
    }
}
