using System.Security.Cryptography;
using Grpc.Core;
using Platform.Reporting.V1;
using Platform.Tool.Output;

namespace Platform.Tool.Client;

/// <summary>Has reports built and fetches their workbooks.</summary>
internal sealed class ReportDownload(PlatformAddress platform, TimeProvider time)
{
    // A report is built in seconds; a large history may take minutes.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly ReportingService.ReportingServiceClient _client = new(platform.InvokerOf(PlatformServices.Reporting));

    /// <summary>Builds a report and writes its workbook to a file, which appears complete or not at all.</summary>
    public async Task<Report> CreateAsync(Report report, string file, CancellationToken cancel)
    {
        await _client.CreateReportAsync(new CreateReportRequest { Report = report }, Options(cancel));
        var created = await Terminal.WithProgressAsync($"Building {report.Name}", 100, tell => WaitAsync(report.Name, tell, cancel));
        var path = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            var hash = await DownloadAsync(created.Name, draft, cancel);
            if (hash != created.Sha256)
                throw new CommandException($"The workbook of {created.Name} did not arrive as it was sent. Try again.");
            File.Move(draft, path, overwrite: true);
            return created;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private async Task<Report> WaitAsync(string name, Action<long> tell, CancellationToken cancel)
    {
        using var call = _client.WatchReport(new WatchReportRequest { Name = name }, Options(cancel));
        Report? report = null;
        while (await call.ResponseStream.MoveNext(cancel))
        {
            report = call.ResponseStream.Current.Report;
            tell(report.Percent);
        }
        return report switch
        {
            { State: ReportState.Ready } => report,
            { State: ReportState.Failed } => throw new CommandException($"{name} could not be built: {report.Failure}"),
            _ => throw new CommandException($"{name} was cancelled."),
        };
    }

    private async Task<string> DownloadAsync(string name, string file, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var stream = File.Create(file);
        using var call = _client.DownloadReport(new DownloadReportRequest { Name = name }, Options(cancel));
        while (await call.ResponseStream.MoveNext(cancel))
        {
            var data = call.ResponseStream.Current.Data.Memory;
            hash.AppendData(data.Span);
            await stream.WriteAsync(data, cancel);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private CallOptions Options(CancellationToken cancel) =>
        new(deadline: time.GetUtcNow().UtcDateTime + Deadline, cancellationToken: cancel);
}
