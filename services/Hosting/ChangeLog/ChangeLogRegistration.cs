using System.Data.Common;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Platform.Hosting.Databases;
using Platform.Hosting.Health;
using Platform.Hosting.Resources;
using Platform.Hosting.Settings;

namespace Platform.Hosting.ChangeLog;

/// <summary>Adds the change log of one service, its feed and its relay to a process.</summary>
internal static class ChangeLogRegistration
{
    /// <summary>
    /// Adds <see cref="ChangeFeed"/> (keyed by the service's name), <see cref="ChangeEvents{TChange}"/>, what assigns
    /// positions, and the relay.
    /// </summary>
    /// <typeparam name="TChange">The service's <c>Change</c> message.</typeparam>
    public static void AddChangeLog<TChange>(this IHostApplicationBuilder builder, string service, ResourceSchema schema) where TChange
        : class, IChange, new()
    {
        var services = builder.Services;
        services.AddKeyedSingleton<ChangeLogEngine>(service,
            (provider, key) => provider.GetRequiredKeyedService<DbDataSource>(key) is NpgsqlDataSource postgres
            ? new PostgresChangeLog(postgres)
            : new SqliteChangeLog(provider.GetRequiredKeyedService<SqliteDatabase>(key)));
        services.AddKeyedSingleton<ChangeSignal>(service);
        services.TryAddSingleton<ChangeLogMetrics>();
        services.AddSettings<ChangeFeedOptions>("ChangeFeed");
        services.AddKeyedSingleton(service, (provider, key) => new ChangeFeed(
            provider.GetRequiredKeyedService<ChangeLogEngine>(key),
            schema,
            provider.GetRequiredKeyedService<ChangeSignal>(key),
            provider.GetRequiredService<IOptions<ChangeFeedOptions>>().Value,
            provider.GetRequiredService<ChangeLogMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Drain>().Ended));
        services.AddSingleton(new ChangeEvents<TChange>(schema));
        // Not AddHostedService, which adds each type only once.
        services.AddSingleton<IHostedService>(provider => new PositionAssigner(
            service,
            provider.GetRequiredKeyedService<ChangeLogEngine>(service),
            provider.GetRequiredKeyedService<ChangeSignal>(service),
            provider.GetRequiredService<ChangeLogMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PositionAssigner>>()));
        services.AddSingleton<IHostedService>(provider => new Relay<TChange>(
            service,
            provider.GetRequiredKeyedService<ChangeLogEngine>(service),
            provider.GetRequiredService<ChangeEvents<TChange>>(),
            provider.GetRequiredKeyedService<ChangeSignal>(service),
            provider.GetRequiredService<ChangeLogMetrics>(),
            provider.GetRequiredService<IBus>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Relay<TChange>>>()));
    }
}
