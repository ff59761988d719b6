using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Reporting.V1;

namespace Platform.Tool.Client;

/// <summary>How long the services' change logs are, and how far the worker has consumed them.</summary>
internal sealed class ChangePositions(PlatformAddress platform, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly PatientCalls _calls = new(platform, time);

    /// <summary>The position of each service's latest change.</summary>
    public async Task<SortedDictionary<string, long>> LatestAsync(CancellationToken cancel)
    {
        var latest = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var service in new[] { MembershipService.Descriptor, MeetingsService.Descriptor, CommitmentsService.Descriptor })
        {
            var method = service.FindMethodByName("GetLatestPosition");
            var answer = await _calls.SendAsync(method, method.InputType.Parser.ParseFrom(Google.Protobuf.ByteString.Empty), cancel);
            latest.Add(service.FullName.Split('.')[1], (long)answer.Descriptor.FindFieldByName("position").Accessor.GetValue(answer));
        }
        return latest;
    }

    /// <summary>
    /// Waits until the worker has consumed every change up to these positions. Fails when it consumes nothing for a time.
    /// </summary>
    /// <param name="positions">Of each service.</param>
    /// <param name="patience">How long it may consume nothing.</param>
    /// <param name="consumed">Told how many changes have been consumed.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task WaitForWorkerAsync(IReadOnlyDictionary<string, long> positions, TimeSpan patience, Action<long> consumed, CancellationToken cancel)
    {
        var method = ReportingService.Descriptor.FindMethodByName(nameof(ReportingService.ReportingServiceClient.GetConsumedPositions));
        var (lastMoved, before) = (time.GetTimestamp(), -1L);
        while (true)
        {
            var answer = (GetConsumedPositionsResponse)await _calls.SendAsync(method, new GetConsumedPositionsRequest(), cancel);
            var reached = answer.ConsumedPositions.ToDictionary(p => p.Service, p => p.Position);
            var sum = positions.Sum(p => Math.Min(p.Value, reached.GetValueOrDefault(p.Key)));
            consumed(sum);
            var missing = positions.Where(p => reached.GetValueOrDefault(p.Key) < p.Value).Select(p => $"{p.Key} ({reached.GetValueOrDefault(p.Key):N0} of {p.Value:N0})").ToList();
            if (missing.Count == 0)
                return;
            if (sum != before)
                (lastMoved, before) = (time.GetTimestamp(), sum);
            else if (time.GetElapsedTime(lastMoved) > patience)
                throw new CommandFailedException($"The reporting worker has consumed nothing for {patience.TotalSeconds:N0} seconds, and changes are missing: {string.Join(", ", missing)}. Its log says why.");
            await Task.Delay(Interval, time, cancel);
        }
    }
}
