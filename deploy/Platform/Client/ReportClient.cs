using System.Security.Cryptography;
using Grpc.Core;
using Platform.Common.V1;
using Platform.Reporting.V1;
using Platform.Tool.Output;

namespace Platform.Tool.Client;

/// <summary>Has reports built, fetches their files, and records what became of them.</summary>
internal sealed class ReportClient(PlatformAddress platform, TimeProvider time)
{
    // A report is built in seconds; a large history may take minutes.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly ReportingService.ReportingServiceClient _client = new(platform.InvokerOf(PlatformServices.Reporting));

    /// <summary>Builds a report and writes its workbook to a file, and its brief where a file is named for it.</summary>
    public async Task<Report> CreateAsync(Report report, string workbook, string? brief, CancellationToken cancel)
    {
        await _client.CreateReportAsync(new CreateReportRequest { Report = report }, Options(cancel));
        var created = await Terminal.WithProgressAsync($"Building {report.Name}", 100, tell => WaitAsync(report.Name, tell, cancel));
        await WriteAsync(created, ReportFormat.Workbook, workbook, cancel);
        if (brief is not null)
            await WriteAsync(created, ReportFormat.Brief, brief, cancel);
        return created;
    }

    /// <summary>Writes a file of a report, which appears complete or not at all.</summary>
    public async Task WriteAsync(Report report, ReportFormat format, string file, CancellationToken cancel)
    {
        var path = Path.GetFullPath(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            var hash = await DownloadAsync(report.Name, format, draft, cancel);
            if (hash != (format == ReportFormat.Brief ? report.BriefSha256 : report.Sha256))
                throw new CommandException($"The file of {report.Name} did not arrive as it was sent. Try again.");
            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Lists the reports by name.</summary>
    public async Task<IReadOnlyList<Report>> ListAsync(CancellationToken cancel)
    {
        var reports = new List<Report>();
        var token = "";
        do
        {
            var page = await _client.ListReportsAsync(new ListReportsRequest { PageSize = 1000, PageToken = token }, Options(cancel));
            reports.AddRange(page.Reports);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return reports;
    }

    /// <summary>Gets a report.</summary>
    public async Task<Report> GetAsync(string name, CancellationToken cancel) =>
        (await _client.GetReportAsync(new GetReportRequest { Name = name }, Options(cancel))).Report;

    /// <summary>Records that a meeting considered a report.</summary>
    public async Task<Report> ConsiderAsync(string name, string meeting, SourceReference? source, CancellationToken cancel) =>
        (await _client.ConsiderReportAsync(new ConsiderReportRequest { Name = name, Meeting = meeting, Source = source },
            Options(cancel))).Report;

    /// <summary>Records that a meeting endorsed a report.</summary>
    public async Task<Report> EndorseAsync(string name, string meeting, SourceReference? source, CancellationToken cancel) =>
        (await _client.EndorseReportAsync(new EndorseReportRequest { Name = name, Meeting = meeting, Source = source },
            Options(cancel))).Report;

    /// <summary>Compares two reports.</summary>
    public async Task<IReadOnlyList<ReportChange>> CompareAsync(string earlier, string later, CancellationToken cancel)
    {
        var changes = new List<ReportChange>();
        using var call = _client.CompareReports(new CompareReportsRequest { Earlier = earlier, Later = later }, Options(cancel));
        while (await call.ResponseStream.MoveNext(cancel))
            changes.Add(call.ResponseStream.Current.Change);
        return changes;
    }

    private async Task<Report> WaitAsync(string name, Action<long> tell, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await WatchAsync(name, tell, cancel);
            }
            // A worker that stops leaves the report to another, or builds it when it is there again.
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && time.GetElapsedTime(started) < Deadline)
            {
                await Task.Delay(RetryInterval, time, cancel);
            }
        }
    }

    private async Task<Report> WatchAsync(string name, Action<long> tell, CancellationToken cancel)
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

    private async Task<string> DownloadAsync(string name, ReportFormat format, string file, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var stream = File.Create(file);
        using var call = _client.DownloadReport(new DownloadReportRequest { Name = name, Format = format }, Options(cancel));
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
