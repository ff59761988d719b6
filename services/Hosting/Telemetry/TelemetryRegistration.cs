using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Platform.Hosting.Health;

namespace Platform.Hosting.Telemetry;

/// <summary>
/// The telemetry of a process, by OpenTelemetry: its metrics at <c>/metrics</c> of the health port, for Prometheus; metrics,
/// traces and logs to a collector where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one. Without either nothing is measured.
/// </summary>
internal static class TelemetryRegistration
{
    private const string Collector = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // Our meters, and those of the libraries we use.
    private static readonly string[] Meters =
        ["Platform.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql", "MassTransit"];

    private static readonly string[] Sources = [Tracing.SourceName, "MassTransit", "Npgsql", "System.Net.Http"];

    /// <summary>Adds it.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var (scraped, sent) = (!string.IsNullOrEmpty(builder.Configuration["Health:Address"]),
            !string.IsNullOrEmpty(builder.Configuration[Collector]));
        if (!scraped && !sent)
            return;
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(
            Assembly.GetEntryAssembly()?.GetName().Name?.ToLowerInvariant().Replace('.', '-') ?? "platform",
            serviceVersion: ProgramVersion.Current));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Meters);
            if (scraped)
                metrics.AddPrometheusExporter();
            if (sent)
                metrics.AddOtlpExporter();
        });
        if (scraped)
            builder.Services.AddSingleton(new HealthPage("/metrics", port => port.UseOpenTelemetryPrometheusScrapingEndpoint()));
        if (!sent)
            return;
        telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation().AddSource(Sources).AddOtlpExporter());
        builder.Logging.AddOpenTelemetry(logs => logs.AddOtlpExporter());
    }
}
