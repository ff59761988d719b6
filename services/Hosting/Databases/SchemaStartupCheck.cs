using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Platform.Hosting.Databases;

/// <summary>
/// Before anything is served: an embedded store brings its file up to date; every other must have been brought
/// up to date by an operator, because replicas that each migrate at start get in each other's way.
/// </summary>
/// <param name="migrations">The schema.</param>
/// <param name="migrate">Brings an embedded store up to date; null for one that is not.</param>
public sealed class SchemaStartupCheck(SchemaMigrations migrations, Func<CancellationToken, Task>? migrate) : IHostedLifecycleService
{
    /// <summary>That of a store: embedded or not, as its configuration says.</summary>
    /// <param name="configuration">The process's settings.</param>
    /// <param name="name">The store's name; see <see cref="Database"/>.</param>
    /// <param name="migrations">The schema.</param>
    /// <param name="migrate">Brings an embedded store up to date; <see cref="SchemaMigrations.MigrateAsync(CancellationToken)"/> if
    /// not given.</param>
    public static SchemaStartupCheck Of(IConfiguration configuration, string name, SchemaMigrations migrations,
        Func<CancellationToken, Task>? migrate = null) =>
        new(migrations, Database.IsEmbedded(configuration, name) ? migrate ?? migrations.MigrateAsync : null);

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (migrate is not null)
            await migrate(cancellationToken);
        await migrations.CheckAtStartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
