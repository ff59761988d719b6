using System.Runtime.CompilerServices;
using Platform.ChangeLog.V1;
using Platform.Common.V1;
using Platform.Reporting.V1;
using Platform.Tool.Client;
using LogRequest = Platform.ChangeLog.V1.ListDigestsRequest;
using LogResponse = Platform.ChangeLog.V1.ListDigestsResponse;
using WorkerRequest = Platform.Reporting.V1.ListDigestsRequest;
using WorkerResponse = Platform.Reporting.V1.ListDigestsResponse;

namespace Platform.Tool.Verification;

/// <summary>The digests of one service's resources as one side holds them: the service itself, or the worker.</summary>
internal sealed class DigestList
{
    private const int PageSize = 1000;

    private readonly Func<string, IReadOnlyList<string>, CancellationToken,
        Task<(IReadOnlyList<ResourceDigest> Digests, string NextPageToken)>> _readPage;

    private DigestList(Func<string, IReadOnlyList<string>, CancellationToken,
        Task<(IReadOnlyList<ResourceDigest> Digests, string NextPageToken)>> readPage) => _readPage = readPage;

    /// <summary>As the service holds them.</summary>
    public static DigestList OfService(RetryingClient calls, PlatformService service)
    {
        var method = ChangeLogService.Descriptor.FindMethodByName(nameof(ChangeLogService.ChangeLogServiceClient.ListDigests));
        return new(async (token, names, cancel) =>
        {
            var request = new LogRequest { Service = service.Name, PageSize = PageSize, PageToken = token, Names = { names } };
            var page = (LogResponse)await calls.SendAsync(service, method, request, cancel);
            return (page.Digests, page.NextPageToken);
        });
    }

    /// <summary>As the worker holds them.</summary>
    public static DigestList OfWorker(RetryingClient calls, PlatformService service)
    {
        var method = ReportingService.Descriptor.FindMethodByName(nameof(ReportingService.ReportingServiceClient.ListDigests));
        return new(async (token, names, cancel) =>
        {
            var request = new WorkerRequest { Service = service.Name, PageSize = PageSize, PageToken = token, Names = { names } };
            var page = (WorkerResponse)await calls.SendAsync(method, request, cancel);
            return (page.Digests, page.NextPageToken);
        });
    }

    /// <summary>All in the order of their names, a page at a time.</summary>
    public async IAsyncEnumerable<ResourceDigest> AllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var token = "";
        do
        {
            (var page, token) = await _readPage(token, [], cancel);
            foreach (var digest in page)
                yield return digest;
        }
        while (token.Length > 0);
    }

    /// <summary>The digests of at most 1,000 named resources.</summary>
    public async Task<Dictionary<string, ResourceDigest>> OfAsync(IReadOnlyList<string> names, CancellationToken cancel) =>
        (await _readPage("", names, cancel)).Digests.ToDictionary(d => d.ResourceName);
}
