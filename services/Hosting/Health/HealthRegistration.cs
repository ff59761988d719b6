using Grpc.AspNetCore.HealthChecks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Hosting.Identity;
using Platform.Hosting.Settings;

namespace Platform.Hosting.Health;

/// <summary>
/// Puts the standard <c>grpc.health.v1.Health</c> into a process: SERVING for each service by its name and for all of
/// them by the empty one, while what they depend on is there and until the process begins to stop. Services that a
/// service merely asks are none of that: if one is unavailable, those that call it stay ready.
/// </summary>
public static class HealthRegistration
{
    /// <summary>
    /// The name to ask for whether the process should be left running: SERVING as long as it answers. It depends on
    /// nothing, since restarting the process would bring nothing back.
    /// </summary>
    public const string Liveness = "liveness";

    private const string Stopping = "stopping";

    /// <summary>Adds health.</summary>
    internal static void AddHealth(this IServiceCollection services)
    {
        services.AddGrpcHealthChecks(health => health.Services.Map(Liveness, check => check.Name == Liveness))
            .AddCheck(Liveness, () => HealthCheckResult.Healthy())
            .AddCheck<StoppingCheck>(Stopping);
        services.AddSettings<HealthOptions, HealthOptionsValidator>("Health");
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HealthOptions>>((kestrel, health) => HealthPort.Listen(kestrel,
            health.Value));
        services.AddSingleton<IHealthCheckPublisher, HealthMetrics>();
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        // The interval at which watchers learn of a change.
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(2)));
    }

    /// <summary>Maps it; probes have no token.</summary>
    internal static void MapHealth(this IEndpointRouteBuilder app) =>
        app.MapGrpcHealthChecksService().WithMetadata(new AllowWithoutTokenAttribute());

    /// <summary>Makes a service ready only when a check says so.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="service">Full name of the service.</param>
    /// <param name="isReady">True when what it needs is there. Throwing, or taking longer than three seconds, counts as false.</param>
    public static IServiceCollection AddReadinessCheck(this IServiceCollection services, string service,
        Func<IServiceProvider, CancellationToken, Task<bool>> isReady)
    {
        // One instance for the process: the framework resolves it at every check.
        var key = new object();
        services.AddKeyedSingleton(key, (provider, _) => new ReadinessCheck(
            service,
            cancel => isReady(provider, cancel),
            provider.GetRequiredService<IHostApplicationLifetime>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReadinessCheck>>()));
        services.Configure<GrpcHealthChecksOptions>(health =>
        {
            if (health.Services.All(mapped => mapped.Name != service))
                health.Services.Map(service, check => check.Name == Stopping || check.Tags.Contains(service));
        });
        services.AddHealthChecks().Add(new HealthCheckRegistration($"{service} {Guid.NewGuid():n}",
            provider => provider.GetRequiredKeyedService<ReadinessCheck>(key), HealthStatus.Unhealthy, [service]));
        return services;
    }

    /// <summary>True when the process serves a service of this full name; known before the process starts.</summary>
    internal static bool Serves(IServiceProvider services, string service) =>
        services.GetRequiredService<IOptions<GrpcHealthChecksOptions>>().Value.Services.Any(mapped => mapped.Name == service);

    private sealed class StoppingCheck(IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(lifetime.ApplicationStopping.IsCancellationRequested ? HealthCheckResult.Unhealthy()
                : HealthCheckResult.Healthy());
    }
}
