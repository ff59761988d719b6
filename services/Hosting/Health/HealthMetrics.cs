using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Platform.Hosting.Health;

/// <summary>
/// The meter <c>Platform.Health</c>, told of all checks together: a service has several, and is ready when each of them says so.
/// </summary>
internal sealed class HealthMetrics : IHealthCheckPublisher, IDisposable
{
    private readonly Meter _meter;
    private readonly Gauge<int> _ready;

    public HealthMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Platform.Health");
        _ready = _meter.CreateGauge<int>("platform.ready", description: "1 while a service is ready, 0 while it is not.");
    }

    /// <inheritdoc/>
    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var service in report.Entries.Values.SelectMany(check => check.Tags.Select(tag => (Service: tag, check.Status)))
            .GroupBy(check => check.Service, check => check.Status))
        {
            _ready.Record(service.All(status => status == HealthStatus.Healthy) ? 1 : 0,
                new KeyValuePair<string, object?>("service", service.Key));
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
