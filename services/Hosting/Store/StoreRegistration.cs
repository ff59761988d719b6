using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Databases;
using Platform.Hosting.Resources;

namespace Platform.Hosting.Store;

/// <summary>Puts the store of one service into a process.</summary>
public static class StoreRegistration
{
    /// <summary>Adds <see cref="ResourceStore"/>, keyed by the service's name, with its database and its change log.</summary>
    /// <typeparam name="TChange">The service's <c>Change</c> message.</typeparam>
    /// <param name="builder">The process.</param>
    /// <param name="service">The service's name in lower case, for example <c>meetings</c>; see <see cref="Database"/>.</param>
    /// <param name="fullName">Its full name as health knows it.</param>
    /// <param name="schema">What it stores.</param>
    public static void AddResourceStore<TChange>(this IHostApplicationBuilder builder, string service, string fullName, ResourceSchema schema)
        where TChange : class, IChange, new()
    {
        builder.AddDatabase(service, fullName, typeof(StoreRegistration).Assembly);
        builder.AddChangeLog<TChange>(service, schema);
        builder.Services.AddKeyedSingleton<StoreEngine>(service, (provider, key) => provider.GetRequiredKeyedService<DbDataSource>(key) switch
        {
            NpgsqlDataSource postgres => new PostgresEngine(postgres),
            var sqlite => new SqliteEngine(provider.GetRequiredKeyedService<SqliteDatabase>(key), sqlite),
        });
        builder.Services.AddKeyedSingleton(service, (provider, key) => new ResourceStore(
            provider.GetRequiredKeyedService<StoreEngine>(key),
            provider.GetRequiredKeyedService<ChangeLogEngine>(key),
            schema,
            provider.GetRequiredKeyedService<ChangeSignal>(key),
            provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Brings the schema of a service's store up to date: what <c>platform migrate</c> does.</summary>
    public static async Task MigrateStoreAsync(IConfiguration configuration, string service, CancellationToken cancel)
    {
        await using var database = Database.Open(configuration, service);
        await new SchemaMigrations(database, service, typeof(StoreRegistration).Assembly).MigrateAsync(cancel);
    }
}
