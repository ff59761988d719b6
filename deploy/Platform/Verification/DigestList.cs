using System.Collections;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Platform.Common.V1;
using Platform.Reporting.V1;
using Platform.Tool.Client;

namespace Platform.Tool.Verification;

/// <summary>The digests of one service's resources as one side holds them: the service itself, or the worker.</summary>
internal sealed class DigestList
{
    private const int PageSize = 1000;

    private readonly RetryingClient _calls;
    private readonly MethodDescriptor _method;
    private readonly string? _service;

    private DigestList(RetryingClient calls, ServiceDescriptor asked, string? service) =>
        (_calls, _method, _service) = (calls, asked.FindMethodByName("ListDigests"), service);

    /// <summary>As the service holds them.</summary>
    public static DigestList OfService(RetryingClient calls, ServiceDescriptor service) => new(calls, service, service: null);

    /// <summary>As the worker holds them.</summary>
    public static DigestList OfWorker(RetryingClient calls, ServiceDescriptor service) => new(calls, ReportingService.Descriptor, ChangePositions.NameOf(service));

    /// <summary>All in the order of their names, a page at a time.</summary>
    public async IAsyncEnumerable<ResourceDigest> AllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var token = "";
        do
        {
            (var page, token) = await PageAsync(token, [], cancel);
            foreach (var digest in page)
                yield return digest;
        }
        while (token.Length > 0);
    }

    /// <summary>Those of at most 1,000 resources that this side has.</summary>
    public async Task<Dictionary<string, ResourceDigest>> OfAsync(IReadOnlyList<string> names, CancellationToken cancel) =>
        (await PageAsync("", names, cancel)).Digests.ToDictionary(d => d.ResourceName);

    // The three services' messages and the worker's have the same fields, but for the service's name.
    private async Task<(IList<ResourceDigest> Digests, string NextPageToken)> PageAsync(string token, IReadOnlyList<string> names, CancellationToken cancel)
    {
        var request = _method.InputType.Parser.ParseFrom(ByteString.Empty);
        void Set(string field, object value) => _method.InputType.FindFieldByName(field).Accessor.SetValue(request, value);
        Set("page_size", PageSize);
        Set("page_token", token);
        if (_service is not null)
            Set("service", _service);
        var asked = (IList)_method.InputType.FindFieldByName("names").Accessor.GetValue(request);
        foreach (var name in names)
            asked.Add(name);
        var answer = await _calls.SendAsync(_method, request, cancel);
        object Get(string field) => _method.OutputType.FindFieldByName(field).Accessor.GetValue(answer);
        return ((IList<ResourceDigest>)Get("digests"), (string)Get("next_page_token"));
    }
}
