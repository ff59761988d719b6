using System.Runtime.CompilerServices;
using Google.Protobuf;
using Platform.Reporting.V1;

namespace Platform.Tool.Client;

/// <summary>The messages that the worker could not handle.</summary>
internal sealed class DeadLetters(RetryingClient calls)
{
    private const int PageSize = 1000;

    /// <summary>Lists the dead letters that wait for an operator, or those that were discarded, oldest first.</summary>
    public async IAsyncEnumerable<DeadLetter> AllAsync(bool discarded, [EnumeratorCancellation] CancellationToken cancel)
    {
        var token = "";
        do
        {
            var page = await SendAsync<ListDeadLettersResponse>(nameof(ReportingService.ReportingServiceClient.ListDeadLetters),
                new ListDeadLettersRequest { PageSize = PageSize, PageToken = token, Discarded = discarded }, cancel);
            foreach (var letter in page.DeadLetters)
                yield return letter;
            token = page.NextPageToken;
        }
        while (token.Length > 0);
    }

    /// <summary>Gets a dead letter with its content.</summary>
    public async Task<DeadLetter> GetAsync(string name, CancellationToken cancel) =>
        (await SendAsync<GetDeadLetterResponse>(nameof(ReportingService.ReportingServiceClient.GetDeadLetter),
            new GetDeadLetterRequest { Name = name }, cancel)).DeadLetter;

    /// <summary>Has the worker process a dead letter again.</summary>
    public Task RedriveAsync(string name, CancellationToken cancel) =>
        SendAsync<RedriveDeadLetterResponse>(nameof(ReportingService.ReportingServiceClient.RedriveDeadLetter),
            new RedriveDeadLetterRequest { Name = name }, cancel);

    /// <summary>Discards a dead letter.</summary>
    public Task DiscardAsync(string name, string reason, CancellationToken cancel) =>
        SendAsync<DiscardDeadLetterResponse>(nameof(ReportingService.ReportingServiceClient.DiscardDeadLetter),
            new DiscardDeadLetterRequest { Name = name, Reason = reason }, cancel);

    private async Task<T> SendAsync<T>(string method, IMessage request, CancellationToken cancel) where T : IMessage =>
        (T)await calls.SendAsync(ReportingService.Descriptor.FindMethodByName(method), request, cancel);
}
