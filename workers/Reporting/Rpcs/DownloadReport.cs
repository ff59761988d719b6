using Google.Protobuf;
using Grpc.Core;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    private const int ChunkSize = 64 * 1024;

    [Allow(Role.Reader, Role.Officer, Role.CoChair, Role.Operator)]
    public override async Task DownloadReport(DownloadReportRequest request, IServerStreamWriter<DownloadReportResponse> responseStream,
        ServerCallContext context)
    {
        if (await FindVisibleAsync(request.Name, context) is null)
            throw ApiError.NotFound(request.Name);
        var workbook = await reports.FindWorkbookAsync(Named(request.Name), context.CancellationToken)
            ?? throw ApiError.NotFound(request.Name);
        for (var start = 0; start < workbook.Length; start += ChunkSize)
        {
            var chunk = workbook.AsMemory(start, Math.Min(ChunkSize, workbook.Length - start));
            await responseStream.WriteAsync(new() { Data = UnsafeByteOperations.UnsafeWrap(chunk) }, context.CancellationToken);
        }
    }
}
