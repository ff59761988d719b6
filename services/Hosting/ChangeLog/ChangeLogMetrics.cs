using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Platform.Hosting.ChangeLog;

/// <summary>
/// What operators watch of the change logs of a process: the meter <c>Platform.ChangeLog</c>, whose instruments of a log
/// have the tag <c>service</c>. Every replica reports the same positions, whichever holds the relay's lease.
/// </summary>
internal sealed class ChangeLogMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Platform.ChangeLog";

    private readonly Meter _meter;
    private readonly ConcurrentDictionary<string, long> _published = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, LogStatus> _status = new(StringComparer.Ordinal);
    private long _cut;

    public ChangeLogMetrics(IMeterFactory meters, TimeProvider time)
    {
        _meter = meters.Create(MeterName);
        // Observed, so that they are there with zero before the first event: who asks by how much a counter rose sees nothing of one
        // that appears with one.
        _meter.CreateObservableCounter("platform.relay.published", () => Observe(_published), "{change}",
            "Changes that this process published and the broker confirmed.");
        _meter.CreateObservableCounter("platform.relay.failures", () => Observe(_failures), "{attempt}",
            "Attempts of this process to publish that failed and are repeated.");
        _meter.CreateObservableCounter("platform.feed.cut", () => Interlocked.Read(ref _cut), "{call}",
            "Feeds that were ended because their caller did not read them.");
        _meter.CreateObservableGauge("platform.change_log.position", () => Observe(s => s.Position), "{change}",
            "Position of the latest change.");
        _meter.CreateObservableGauge("platform.relay.position", () => Observe(s => s.RelayPosition), "{change}",
            "Position up to which every change was published.");
        _meter.CreateObservableGauge("platform.relay.lag", () => Observe(s => s.Position - s.RelayPosition), "{change}",
            "Changes that wait to be published.");
        _meter.CreateObservableGauge("platform.relay.age",
            () => Observe(s => s.OldestUnpublished is { } since ? (time.GetUtcNow() - since).TotalSeconds : 0), "s",
            "How long the oldest change that waits has waited.");
    }

    /// <summary>Records the positions of a service's log.</summary>
    public void Note(string service, LogStatus status) => _status[service] = status;

    /// <summary>Counts published changes.</summary>
    public void Relayed(string service, int changes) => _published.AddOrUpdate(service, changes, (_, before) => before + changes);

    /// <summary>Counts a failure.</summary>
    public void Failed(string service) => _failures.AddOrUpdate(service, 1, (_, before) => before + 1);

    /// <summary>Counts a feed that was ended because its caller did not read.</summary>
    public void Cut() => Interlocked.Increment(ref _cut);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<T>> Observe<T>(Func<LogStatus, T> value) where T : struct =>
        _status.Select(s => new Measurement<T>(value(s.Value), Tag(s.Key)));

    private IEnumerable<Measurement<long>> Observe(ConcurrentDictionary<string, long> counted) =>
        _status.Keys.Union(counted.Keys).Select(service => new Measurement<long>(counted.GetValueOrDefault(service), Tag(service)));

    private static KeyValuePair<string, object?> Tag(string service) => new("service", service);
}
