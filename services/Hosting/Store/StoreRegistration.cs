using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Databases;
using Platform.Hosting.Resources;
using Platform.Hosting.ServiceClients;
using Platform.Records.V1;

namespace Platform.Hosting.Store;

/// <summary>Adds the store of one service to a process.</summary>
public static class StoreRegistration
{
    /// <summary>Adds <see cref="ResourceStore"/>, keyed by the service's name, with its database and its change log.</summary>
    /// <typeparam name="TChange">The service's <c>Change</c> message.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="schema">What it stores.</param>
    public static void AddResourceStore<TChange>(this IHostApplicationBuilder builder, ResourceSchema schema) where TChange : class,
        IChange, new()
    {
        var service = PlatformServices.OfChange<TChange>();
        builder.AddDatabase(service.Name, service.FullName, typeof(StoreRegistration).Assembly);
        builder.AddChangeLog<TChange>(service.Name, schema);
        builder.Services.TryAddSingleton<ChangeLogRpcs>();
        builder.Services.TryAddSingleton<RecordRpcs>();
        // Who names a resource is asked of every service before it is retracted.
        foreach (var other in PlatformServices.WithChangeLog)
            builder.Services.AddServiceClient(service, other, invoker => new RecordService.RecordServiceClient(invoker), other.Name);
        builder.Services.AddKeyedSingleton<StoreEngine>(service.Name,
            (provider, key) => provider.GetRequiredKeyedService<DbDataSource>(key) switch
        {
            NpgsqlDataSource postgres => new PostgresEngine(postgres),
            var sqlite => new SqliteEngine(provider.GetRequiredKeyedService<SqliteDatabase>(key), sqlite),
        });
        builder.Services.AddKeyedSingleton(service.Name, (provider, key) => new ResourceStore(
            provider.GetRequiredKeyedService<StoreEngine>(key),
            provider.GetRequiredKeyedService<ChangeLogEngine>(key),
            schema,
            provider.GetRequiredKeyedService<ChangeSignal>(key),
            provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Maps what is the same of all services that have a store, where the process has any.</summary>
    internal static void MapStores(this WebApplication app)
    {
        if (app.Services.GetService<ChangeLogRpcs>() is null)
            return;
        app.MapGrpcService<ChangeLogRpcs>();
        app.MapGrpcService<RecordRpcs>();
    }

    /// <summary>Brings the schema of a service's store up to date: what <c>platform migrate</c> does.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="service">The service.</param>
    /// <param name="acceptNewer">Leaves a newer schema alone with which this version works.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public static async Task MigrateStoreAsync(IConfiguration configuration, string service, bool acceptNewer, CancellationToken cancel)
    {
        await using var database = Database.Open(configuration, service);
        await new SchemaMigrations(database, service, typeof(StoreRegistration).Assembly).MigrateAsync(acceptNewer, cancel);
    }

    /// <summary>Compares the schema of a service's store with that of this version.</summary>
    public static async Task<SchemaStatus> StoreStatusAsync(IConfiguration configuration, string service, CancellationToken cancel)
    {
        await using var database = Database.Open(configuration, service);
        return await new SchemaMigrations(database, service, typeof(StoreRegistration).Assembly).StatusAsync(cancel);
    }
}
