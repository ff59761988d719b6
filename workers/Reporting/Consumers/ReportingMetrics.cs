using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Platform.Reporting.Consumers;

/// <summary>
/// What operators watch of a worker: the meter <c>Platform.Reporting</c>, whose instruments of a log have the tag <c>service</c>.
/// </summary>
internal sealed class ReportingMetrics : IDisposable
{
    private readonly Meter _meter;
    private long _ready;
    private long _failed;
    private readonly Histogram<double> _duration;
    private readonly ConcurrentDictionary<string, Look> _looks = new(StringComparer.Ordinal);

    public ReportingMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Platform.Reporting");
        // Observed, so that they are there with zero before the first report: who asks by how much a counter rose in a quarter of an
        // hour sees nothing of one that appears with one.
        _meter.CreateObservableCounter("platform.reports.finished", ObserveReports, "{report}",
            "Reports that this worker finished, with the tag state: ready or failed.");
        _duration = _meter.CreateHistogram<double>("platform.report.duration", "s", "How long this worker took for a report.");
        _meter.CreateObservableGauge("platform.worker.behind", () => Observe(look => look.Behind), "{change}",
            "Changes of a service that the worker has not taken in.");
        _meter.CreateObservableGauge("platform.worker.dead_letters", () => Observe(look => look.DeadLetters), "{message}",
            "Messages of a service that wait for an operator.");
        _meter.CreateObservableGauge("platform.worker.looked", () => Observe(look => look.At.ToUnixTimeSeconds()), "s",
            "When the worker last reached a service, in seconds since 1970.");
    }

    /// <summary>Notes how far a service's log is consumed.</summary>
    public void Note(string service, long behind, int deadLetters, DateTimeOffset now) =>
        _looks[service] = new Look(behind, deadLetters, now);

    /// <summary>Counts a report.</summary>
    public void Finished(bool ready, TimeSpan took)
    {
        Interlocked.Increment(ref ready ? ref _ready : ref _failed);
        _duration.Record(took.TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private Measurement<long>[] ObserveReports() =>
    [
        new(Interlocked.Read(ref _ready), new KeyValuePair<string, object?>("state", "ready")),
        new(Interlocked.Read(ref _failed), new KeyValuePair<string, object?>("state", "failed")),
    ];

    private IEnumerable<Measurement<long>> Observe(Func<Look, long> value) =>
        _looks.Select(look => new Measurement<long>(value(look.Value), new KeyValuePair<string, object?>("service", look.Key)));

    private sealed record Look(long Behind, int DeadLetters, DateTimeOffset At);
}
