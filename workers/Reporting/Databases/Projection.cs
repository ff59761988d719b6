using System.Data.Common;
using System.Globalization;
using Npgsql;
using Platform.Hosting.Databases;

namespace Platform.Reporting.Databases;

/// <summary>
/// The projection: the tables that the worker fills from the services' changes, apart from what it keeps. On PostgreSQL
/// it is a schema of the worker's database, on SQLite a file of its own. When its tables change, <see cref="Number"/> is
/// raised: the new one is filled from the feeds beside the old one, which older workers go on with, and a worker
/// serves once its own was level with every log.
/// </summary>
/// <remarks>See docs/decisions/0010-the-projection.md.</remarks>
internal static class Projection
{
    /// <summary>The projection of this version. Raise it when the tables in <c>Migrations/Projection</c> change,
    /// instead of adding a migration.</summary>
    public const int Number = 4;

    /// <summary>The folder with its tables, and the key of its database in a process.</summary>
    public const string Key = "Projection";

    /// <summary>Its PostgreSQL schema, for example <c>projection_1</c>.</summary>
    public static string Schema(int number) => string.Create(CultureInfo.InvariantCulture, $"projection_{number}");

    /// <summary>Opens the projection; no connection is made yet.</summary>
    public static DbDataSource Open(IConfiguration configuration, int number = Number) =>
        Database.Open(configuration, PlatformServices.Reporting.Name, Schema(number));

    /// <summary>Creates its tables.</summary>
    public static SchemaMigrations Migrations(DbDataSource database, int number = Number) =>
        new(database, PlatformServices.Reporting.Name, typeof(Projection).Assembly, Key, Schema(number));

    /// <summary>
    /// Creates the projection beside the others and removes those that nobody reads any more: all but the one before it, with
    /// which older workers serve until they are replaced, and to which one can go back.
    /// </summary>
    /// <param name="configuration">The process's settings.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <param name="number">Which.</param>
    public static async Task MigrateAsync(IConfiguration configuration, CancellationToken cancel, int number = Number)
    {
        await using var database = Open(configuration, number);
        await Migrations(database, number).MigrateAsync(cancel);
        if (database is NpgsqlDataSource)
            await DropSchemasAsync(database, number, cancel);
        else
            DropFiles(configuration["Data:Directory"]!, old => old < number - 1);
    }

    /// <summary>Empties the projection; the workers, which must not run meanwhile, fill it again from the services.</summary>
    /// <param name="configuration">The process's settings.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public static async Task RebuildAsync(IConfiguration configuration, CancellationToken cancel)
    {
        await using (var database = Open(configuration))
        {
            if (database is NpgsqlDataSource)
                await DropSchemaAsync(database, Schema(Number), cancel);
            else
                DropFiles(configuration["Data:Directory"]!, number => number == Number);
        }
        await MigrateAsync(configuration, cancel);
    }

    private static async Task DropSchemasAsync(DbDataSource database, int current, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var names = new List<string>();
        await using (var list = connection.CreateCommand())
        {
            list.CommandText = "select nspname from pg_namespace";
            await using var reader = await list.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                names.Add(reader.GetString(0));
        }
        foreach (var name in names.Where(n => NumberOf(n) < current - 1))
            await DropSchemaAsync(database, name, cancel);
    }

    private static async Task DropSchemaAsync(DbDataSource database, string name, CancellationToken cancel)
    {
        await using var drop = database.CreateCommand(
            // A name of the form projection_N.
#pragma warning disable CA2100
            $"drop schema if exists {name} cascade");
#pragma warning restore CA2100
        await drop.ExecuteNonQueryAsync(cancel);
    }

    private static void DropFiles(string directory, Func<int, bool> isToGo)
    {
        foreach (var file in Directory.GetFiles(directory, $"{PlatformServices.Reporting.Name}.projection-*.db"))
        {
            if (NumberOf(Path.GetFileNameWithoutExtension(file)[(PlatformServices.Reporting.Name.Length + 1)..]) is not { } number
                || !isToGo(number))
            {
                continue;
            }
            File.Delete(file);
            File.Delete($"{file}-wal");
            File.Delete($"{file}-shm");
        }
    }

    // Of the form projection_N or, in a file's name, projection-N; null for anything else.
    private static int? NumberOf(string name) =>
        name.StartsWith("projection", StringComparison.Ordinal) && name.Length > 11
        && int.TryParse(name.AsSpan(11), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
