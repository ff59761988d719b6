using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Platform.Hosting.ChangeLog;

namespace Platform.Store.Tests;

/// <summary>What operators watch: how far each log and its relay are, and how long changes wait.</summary>
public sealed class ChangeLogMetricsTests
{
    [Fact]
    public void Instruments_OfEachService_TellPositionLagAgeAndCounts()
    {
        var clock = new SettableClock();
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new ChangeLogMetrics(services.GetRequiredService<IMeterFactory>(), clock);
        metrics.Note("meetings", new LogStatus(120, 100, clock.Now.AddSeconds(-30)));
        metrics.Note("membership", new LogStatus(7, 7, null));
        var seen = new Dictionary<(string, object?), double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            { if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>()) listener.EnableMeasurementEvents(instrument); }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen[(instrument.Name, tags.IsEmpty ? null : tags[0].Value)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => seen[(instrument.Name, tags[0].Value)] = value);
        listener.Start();

        listener.RecordObservableInstruments();

        Assert.Equal((120, 100, 20), (seen[("platform.change_log.position", "meetings")], seen[("platform.relay.position", "meetings")],
            seen[("platform.relay.lag", "meetings")]));
        Assert.InRange(seen[("platform.relay.age", "meetings")], 30, 31);
        Assert.Equal((7, 0, 0), (seen[("platform.change_log.position", "membership")], seen[("platform.relay.lag", "membership")],
            seen[("platform.relay.age", "membership")]));
        // There before anything happened: Prometheus sees no rise of a counter that appears with its first event.
        Assert.Equal((0, 0, 0), (seen[("platform.relay.published", "meetings")], seen[("platform.relay.failures", "membership")],
            seen[("platform.feed.cut", null)]));

        metrics.Failed("membership");
        metrics.Relayed("meetings", 3);
        metrics.Relayed("meetings", 4);
        metrics.Cut();
        listener.RecordObservableInstruments();

        Assert.Equal((7, 1, 1), (seen[("platform.relay.published", "meetings")], seen[("platform.relay.failures", "membership")],
            seen[("platform.feed.cut", null)]));
    }
}
