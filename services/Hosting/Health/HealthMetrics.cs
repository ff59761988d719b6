using System.Diagnostics.Metrics;

namespace Platform.Hosting.Health;

/// <summary>The meter <c>Platform.Health</c>.</summary>
internal sealed class HealthMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Gauge<int> _ready;

    public HealthMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Platform.Health");
        _ready = _meter.CreateGauge<int>("platform.ready", description: "1 while a service is ready, 0 while it is not.");
    }

    /// <summary>Notes whether a service is ready.</summary>
    public void Note(string service, bool isReady) => _ready.Record(isReady ? 1 : 0, new KeyValuePair<string, object?>("service", service));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
