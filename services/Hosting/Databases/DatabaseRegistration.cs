using System.Data.Common;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Platform.Hosting.Health;
using Platform.Hosting.Settings;

namespace Platform.Hosting.Databases;

/// <summary>Adds a database to a process.</summary>
public static class DatabaseRegistration
{
    /// <summary>
    /// Adds a database with its migrations: a <see cref="DbDataSource"/> keyed by name, checked before anything is
    /// served, and what readiness depends on.
    /// </summary>
    /// <param name="builder">The process.</param>
    /// <param name="name">The database's name; see <see cref="Database"/>.</param>
    /// <param name="fullName">The service that needs it, as health knows it.</param>
    /// <param name="migrations">The assembly that has its migrations.</param>
    public static void AddDatabase(this IHostApplicationBuilder builder, string name, string fullName, Assembly migrations)
    {
        builder.Services.AddSettings<DatabaseOptions>(DatabaseOptions.Section);
        builder.Services.AddKeyedSingleton(name, (_, _) => Database.Open(builder.Configuration, name));
        builder.Services.AddSingleton(new SettingsCheck(_ => Database.Check(builder.Configuration, name)));
        builder.Services.AddKeyedSingleton(name,
            (provider, key) => new SqliteDatabase(provider.GetRequiredKeyedService<DbDataSource>(key)));
        builder.Services.AddKeyedSingleton(name,
            (provider, key) => new SchemaMigrations(provider.GetRequiredKeyedService<DbDataSource>(key), name, migrations));
        builder.Services.AddKeyedSingleton(name, (provider, key) =>
            new StorageCheck(provider.GetRequiredKeyedService<DbDataSource>(key), provider.GetRequiredService<TimeProvider>()));
        // Not AddHostedService, which adds each type only once.
        builder.Services.AddSingleton<IHostedService>(provider => SchemaStartupCheck.Of(builder.Configuration, name,
            provider.GetRequiredKeyedService<SchemaMigrations>(name), async cancel =>
            {
                await provider.GetRequiredKeyedService<StorageCheck>(name).CheckIntegrityAsync(cancel);
                await provider.GetRequiredKeyedService<SchemaMigrations>(name).MigrateAsync(cancel);
            }));
        builder.Services.AddReadinessCheck(fullName, async (provider, cancel) =>
        {
            await provider.GetRequiredKeyedService<SchemaMigrations>(name).CheckAsync(cancel);
            await provider.GetRequiredKeyedService<StorageCheck>(name).CheckAsync(cancel);
            return true;
        });
    }
}
