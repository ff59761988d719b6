using System.Collections;
using Google.Protobuf;
using Platform.ChangeLog.V1;
using Platform.Reporting.V1;

namespace Platform.Tool.Client;

/// <summary>How long the services' change logs are, and how far the worker has consumed them.</summary>
internal sealed class ChangePositions(RetryingClient calls, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>The position of each service's latest change.</summary>
    public async Task<SortedDictionary<string, long>> LatestAsync(CancellationToken cancel) => Of(await EndsAsync(cancel));

    /// <summary>The positions by service.</summary>
    public static SortedDictionary<string, long> Of(IReadOnlyDictionary<string, GetLatestPositionResponse> ends) =>
        new(ends.ToDictionary(end => end.Key, end => end.Value.Position), StringComparer.Ordinal);

    /// <summary>The latest position of each service's change log.</summary>
    public async Task<SortedDictionary<string, GetLatestPositionResponse>> EndsAsync(CancellationToken cancel)
    {
        var latest = new SortedDictionary<string, GetLatestPositionResponse>(StringComparer.Ordinal);
        foreach (var service in PlatformServices.WithChangeLog)
            latest.Add(service.Name, await EndAsync(service, cancel));
        return latest;
    }

    /// <summary>The position of one service's latest change.</summary>
    public async Task<long> LatestAsync(PlatformService service, CancellationToken cancel) => (await EndAsync(service, cancel)).Position;

    private async Task<GetLatestPositionResponse> EndAsync(PlatformService service, CancellationToken cancel) =>
        (GetLatestPositionResponse)await calls.SendAsync(service,
            ChangeLogService.Descriptor.FindMethodByName(nameof(ChangeLogService.ChangeLogServiceClient.GetLatestPosition)),
            new GetLatestPositionRequest { Service = service.Name }, cancel);

    /// <summary>Counts the changes after these positions that carry one of the given request ids: those made by this run.</summary>
    public async Task<long> CountAsync(IReadOnlyDictionary<string, GetLatestPositionResponse> ends, IReadOnlySet<string> requestIds,
        CancellationToken cancel)
    {
        var count = 0L;
        foreach (var service in PlatformServices.WithChangeLog)
        {
            var method = service.Descriptor.FindMethodByName("PullChanges");
            var (position, more) = (ends[service.Name].Position, true);
            while (more)
            {
                var request = method.InputType.Parser.ParseFrom(ByteString.Empty);
                Set("after_position", position);
                Set("log_id", ends[service.Name].LogId);
                Set("page_size", 1000);
                var answer = await calls.SendAsync(service, method, request, cancel);
                count += ((IList)Get("changes")).Cast<IChange>().Count(c => requestIds.Contains(c.Metadata.RequestId));
                (position, more) = ((long)Get("position"), (bool)Get("more"));

                void Set(string field, object value) => method.InputType.FindFieldByName(field).Accessor.SetValue(request, value);

                object Get(string field) => method.OutputType.FindFieldByName(field).Accessor.GetValue(answer);
            }
        }
        return count;
    }

    /// <summary>How far the worker has consumed each service's log, without a gap, and the highest position that it has seen.</summary>
    public async Task<IReadOnlyDictionary<string, ConsumedPosition>> ConsumedAsync(CancellationToken cancel)
    {
        var method = ReportingService.Descriptor.FindMethodByName(nameof(ReportingService.ReportingServiceClient.GetConsumedPositions));
        var answer = (GetConsumedPositionsResponse)await calls.SendAsync(method, new GetConsumedPositionsRequest(), cancel);
        return answer.ConsumedPositions.ToDictionary(p => p.Service);
    }

    /// <summary>
    /// Waits until the worker has consumed every change up to these positions, for as long as it goes on consuming.
    /// </summary>
    /// <param name="positions">The position to reach, by service.</param>
    /// <param name="timeout">How long the worker may make no progress.</param>
    /// <param name="consumed">Receives the number of changes consumed so far.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The services of which the worker still lacks changes; empty when it has consumed everything.</returns>
    public async Task<IReadOnlyList<LaggingService>> WaitForWorkerAsync(IReadOnlyDictionary<string, long> positions, TimeSpan timeout,
        Action<long> consumed, CancellationToken cancel)
    {
        var (lastMoved, before) = (time.GetTimestamp(), -1L);
        while (true)
        {
            var reached = await ConsumedAsync(cancel);
            var lagging = positions.Select(p => new LaggingService(p.Key, reached.GetValueOrDefault(p.Key)?.Position ?? 0, p.Value))
                .Where(l => l.Consumed < l.Latest).ToList();
            var sum = positions.Values.Sum() - lagging.Sum(l => l.Latest - l.Consumed);
            consumed(sum);
            if (lagging.Count == 0)
                return lagging;
            if (sum != before)
                (lastMoved, before) = (time.GetTimestamp(), sum);
            else if (time.GetElapsedTime(lastMoved) > timeout)
                return lagging;
            await Task.Delay(Interval, time, cancel);
        }
    }
}

/// <summary>A service of which the worker lacks changes.</summary>
/// <param name="Service">For example <c>meetings</c>.</param>
/// <param name="Consumed">The position up to which it has consumed everything.</param>
/// <param name="Latest">The position to reach.</param>
internal sealed record LaggingService(string Service, long Consumed, long Latest)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Service} ({Consumed:N0} of {Latest:N0})";
}
