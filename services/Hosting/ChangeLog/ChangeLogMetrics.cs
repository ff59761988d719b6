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
    private readonly Counter<long> _published;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _cut;
    private readonly ConcurrentDictionary<string, LogStatus> _status = new();

    public ChangeLogMetrics(IMeterFactory meters, TimeProvider time)
    {
        _meter = meters.Create(MeterName);
        _published = _meter.CreateCounter<long>("platform.relay.published", "{change}",
            "Changes that this process published and the broker confirmed.");
        _failures = _meter.CreateCounter<long>("platform.relay.failures", "{attempt}",
            "Attempts of this process to publish that failed and are repeated.");
        _cut = _meter.CreateCounter<long>("platform.feed.cut", "{call}", "Feeds that were ended because their caller did not read them.");
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
    public void Relayed(string service, int changes) => _published.Add(changes, Tag(service));

    /// <summary>Counts a failure.</summary>
    public void Failed(string service) => _failures.Add(1, Tag(service));

    /// <summary>Counts a feed that was ended because its caller did not read.</summary>
    public void Cut() => _cut.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<T>> Observe<T>(Func<LogStatus, T> value) where T : struct =>
        _status.Select(s => new Measurement<T>(value(s.Value), Tag(s.Key)));

    private static KeyValuePair<string, object?> Tag(string service) => new("service", service);
}
