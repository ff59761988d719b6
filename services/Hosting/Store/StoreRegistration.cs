using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Health;

namespace Platform.Hosting.Store;

/// <summary>Puts the store of one service, its change log, its feed and its relay into a process.</summary>
public static class StoreRegistration
{
    /// <summary>
    /// Adds <see cref="ResourceStore"/>, <see cref="ChangeFeed"/> (both keyed by the service's name),
    /// <see cref="ChangeEvents{TChange}"/> and the relay.
    /// </summary>
    /// <typeparam name="TChange">The service's <c>Change</c> message.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="service">The service's name in lower case, for example <c>meetings</c>; see <see cref="Database"/>.</param>
    /// <param name="fullName">Its full name as health knows it.</param>
    /// <param name="schema">What it stores.</param>
    public static void AddResourceStore<TChange>(this IHostApplicationBuilder builder, string service, string fullName, ResourceSchema schema) where TChange : class, IChange, new()
    {
        var services = builder.Services;
        builder.AddDatabase(service, fullName, typeof(StoreRegistration).Assembly);
        services.AddKeyedSingleton<StoreEngine>(service, (provider, key) => provider.GetRequiredKeyedService<DbDataSource>(key) switch
        {
            NpgsqlDataSource postgres => new PostgresEngine(postgres),
            var sqlite => new SqliteEngine(sqlite),
        });
        services.AddKeyedSingleton<ChangeSignal>(service);
        services.TryAddSingleton<ChangeLogMetrics>();
        services.AddOptions<ChangeFeedOptions>().BindConfiguration("ChangeFeed").ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ChangeFeedOptions>, ChangeFeedOptionsValidator>());
        services.AddKeyedSingleton(service, (provider, key) => new ResourceStore(provider.GetRequiredKeyedService<StoreEngine>(key), schema, provider.GetRequiredKeyedService<ChangeSignal>(key), provider.GetRequiredService<TimeProvider>()));
        services.AddKeyedSingleton(service, (provider, key) => new ChangeFeed(provider.GetRequiredKeyedService<StoreEngine>(key), schema, provider.GetRequiredKeyedService<ChangeSignal>(key), provider.GetRequiredService<IOptions<ChangeFeedOptions>>().Value, provider.GetRequiredService<ChangeLogMetrics>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping));
        services.AddSingleton(new ChangeEvents<TChange>(schema));
        services.AddSingleton<IHostedService>(provider => new PositionAssigner(
            service,
            provider.GetRequiredKeyedService<StoreEngine>(service),
            provider.GetRequiredKeyedService<ChangeSignal>(service),
            provider.GetRequiredService<ChangeLogMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PositionAssigner>>()));
        services.AddSingleton<IHostedService>(provider => new Relay<TChange>(
            service,
            provider.GetRequiredKeyedService<StoreEngine>(service),
            provider.GetRequiredService<ChangeEvents<TChange>>(),
            provider.GetRequiredKeyedService<ChangeSignal>(service),
            provider.GetRequiredService<ChangeLogMetrics>(),
            provider.GetRequiredService<MassTransit.IBus>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Relay<TChange>>>()));
    }

    /// <summary>
    /// Adds a database with its migrations: a <see cref="DbDataSource"/> keyed by name, checked before anything is
    /// served, and what readiness depends on.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="name">The database's name; see <see cref="Database"/>.</param>
    /// <param name="fullName">The service that needs it, as health knows it.</param>
    /// <param name="migrations">The assembly that has its migrations.</param>
    public static void AddDatabase(this IHostApplicationBuilder builder, string name, string fullName, System.Reflection.Assembly migrations)
    {
        builder.Services.AddKeyedSingleton(name, (_, _) => Database.Open(builder.Configuration, name));
        builder.Services.AddKeyedSingleton(name, (provider, key) => new SchemaMigrations(provider.GetRequiredKeyedService<DbDataSource>(key), name, migrations));
        // Not AddHostedService, which keeps one of each type only.
        builder.Services.AddSingleton<IHostedService>(provider => SchemaStartupCheck.Of(builder.Configuration, name, provider.GetRequiredKeyedService<SchemaMigrations>(name)));
        builder.Services.AddReadinessCheck(fullName, async (provider, cancel) =>
        {
            await provider.GetRequiredKeyedService<SchemaMigrations>(name).CheckAsync(cancel);
            return true;
        });
    }

    /// <summary>Brings the schema of a service's store up to date: what <c>platform migrate</c> does.</summary>
    public static async Task MigrateStoreAsync(IConfiguration configuration, string service, CancellationToken cancel)
    {
        await using var database = Database.Open(configuration, service);
        await new SchemaMigrations(database, service, typeof(StoreRegistration).Assembly).MigrateAsync(cancel);
    }
}
