using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Hosting.ChangeLog;

namespace Platform.Hosting.Store;

/// <summary>Puts the store of one service, its change log, its feed and its relay into a process.</summary>
public static class StoreRegistration
{
    /// <summary>
    /// Adds <see cref="RecordStore"/>, <see cref="ChangeFeed"/> (both keyed by the service's name) and
    /// <see cref="ChangeEvents{TChange}"/>. The store is on PostgreSQL when <c>ConnectionStrings:{service}</c> is
    /// set, otherwise in the SQLite file <c>{service}.db</c> in <c>Data:Directory</c>.
    /// </summary>
    /// <typeparam name="TChange">The service's <c>Change</c> message.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="service">The service's name in lower case, for example <c>meetings</c>.</param>
    /// <param name="schema">What it stores.</param>
    public static void AddRecordStore<TChange>(this IHostApplicationBuilder builder, string service, RecordSchema schema) where TChange : class, IChange, new()
    {
        var services = builder.Services;
        services.AddKeyedSingleton(service, (_, _) => OpenEngine(builder.Configuration, service));
        services.AddKeyedSingleton(service, (_, _) => new ChangeSignal());
        services.AddKeyedSingleton(service, (provider, key) => new RecordStore(provider.GetRequiredKeyedService<StoreEngine>(key), schema, provider.GetRequiredKeyedService<ChangeSignal>(key), provider.GetRequiredService<TimeProvider>()));
        services.AddKeyedSingleton(service, (provider, key) => new ChangeFeed(provider.GetRequiredKeyedService<StoreEngine>(key), schema, provider.GetRequiredKeyedService<ChangeSignal>(key), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(new ChangeEvents<TChange>(schema));
        services.AddHostedService(provider => new StoreStart(provider.GetRequiredKeyedService<RecordStore>(service), migrate: IsEmbedded(builder.Configuration, service)));
        services.AddHostedService(provider => new Relay<TChange>(
            provider.GetRequiredKeyedService<StoreEngine>(service),
            provider.GetRequiredService<ChangeEvents<TChange>>(),
            provider.GetRequiredKeyedService<ChangeSignal>(service),
            provider.GetRequiredService<MassTransit.IBus>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Relay<TChange>>>()));
    }

    /// <summary>Brings the schema of a service's store up to date: what <c>platform migrate</c> does.</summary>
    public static async Task MigrateStoreAsync(IConfiguration configuration, string service, CancellationToken cancel) =>
        await OpenEngine(configuration, service).MigrateAsync(cancel);

    private static bool IsEmbedded(IConfiguration configuration, string service) => string.IsNullOrEmpty(configuration.GetConnectionString(service));

    private static StoreEngine OpenEngine(IConfiguration configuration, string service)
    {
        if (!IsEmbedded(configuration, service))
        {
            var connection = new NpgsqlConnectionStringBuilder(configuration.GetConnectionString(service)) { ApplicationName = $"platform-{service}" };
            // The store has a few dozen statements: prepared once per connection, planned never again.
            if (connection.MaxAutoPrepare == 0)
                connection.MaxAutoPrepare = 100;
            return new PostgresEngine(NpgsqlDataSource.Create(connection));
        }
        var directory = configuration["Data:Directory"];
        return string.IsNullOrEmpty(directory)
            ? throw new InvalidOperationException($"No store is configured for {service}. Set ConnectionStrings:{service} to a PostgreSQL database, or Data:Directory to a folder for SQLite files.")
            : new SqliteEngine(Path.Combine(directory, $"{service}.db"));
    }

    /// <summary>
    /// Before anything is served: the embedded store brings its file up to date, every other must have been
    /// brought up to date by an operator, because replicas that each migrate at start get in each other's way.
    /// </summary>
    private sealed class StoreStart(RecordStore store, bool migrate) : IHostedLifecycleService
    {
        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            if (migrate)
                await store.MigrateAsync(cancellationToken);
            await store.CheckAsync(cancellationToken);
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
