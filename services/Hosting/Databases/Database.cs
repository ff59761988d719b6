using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Platform.Hosting.Databases;

/// <summary>
/// Opens the database of a service or of the worker: PostgreSQL where <c>ConnectionStrings:{name}</c> is set,
/// otherwise the SQLite file <c>{name}.db</c> in <c>Data:Directory</c>.
/// </summary>
public static class Database
{
    private static readonly NpgsqlConnectionStringBuilder NpgsqlDefaults = new();

    /// <summary>True when the store is a SQLite file of this process.</summary>
    public static bool IsEmbedded(IConfiguration configuration, string name) =>
        string.IsNullOrEmpty(configuration.GetConnectionString(name));

    /// <summary>Throws with a sentence when its settings cannot work; nothing is connected or made.</summary>
    /// <param name="configuration">The process's settings.</param>
    /// <param name="name">The service or worker.</param>
    public static void Check(IConfiguration configuration, string name)
    {
        if (IsEmbedded(configuration, name))
            DirectoryOf(configuration, name);
        else
            SettingsOf(configuration, name);
    }

    /// <summary>Opens a database; no connection is made yet.</summary>
    /// <param name="configuration">The process's settings.</param>
    /// <param name="name">The service or worker.</param>
    /// <param name="schema">A set of tables apart from the others, for example <c>projection_1</c>: a schema of the
    /// PostgreSQL database, or the SQLite file <c>{name}.projection-1.db</c>. Empty for the database itself.</param>
    public static DbDataSource Open(IConfiguration configuration, string name, string schema = "")
    {
        if (!IsEmbedded(configuration, name))
        {
            var postgres = SettingsOf(configuration, name);
            postgres.ApplicationName = $"platform-{name}";
            if (schema.Length > 0)
                postgres.SearchPath = schema;
            // A store has a few dozen statements: prepared once per connection, planned never again.
            if (postgres.MaxAutoPrepare == 0)
                postgres.MaxAutoPrepare = 100;
            // A service with two replicas fits into the 100 connections that a server has unless set; who waits for one longer
            // than the time-out is told that the store is away.
            if (postgres.MaxPoolSize == NpgsqlDefaults.MaxPoolSize)
                postgres.MaxPoolSize = 40;
            // Shorter than the driver's defaults of half a minute: callers learn soon that the database is away.
            if (postgres.Timeout == NpgsqlDefaults.Timeout)
                postgres.Timeout = 5;
            if (postgres.CommandTimeout == NpgsqlDefaults.CommandTimeout)
                postgres.CommandTimeout = 10;
            // No statement here leaves anything behind in its session (locks end with their transaction, nothing is set
            // or declared), so there is nothing to reset, which would cost six statements before every command.
            postgres.NoResetOnClose = true;
            var builder = new NpgsqlDataSourceBuilder(postgres.ConnectionString);
            // The tables have PostgreSQL's own types only, and the driver knows these: asking for all that there are cost the
            // server more than anything else that a process does when it starts.
            builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
            return builder.Build();
        }
        var directory = DirectoryOf(configuration, name);
        Directory.CreateDirectory(directory);
        return SqliteFactory.Instance.CreateDataSource(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(directory, schema.Length == 0 ? $"{name}.db" : $"{name}.{schema.Replace('_', '-')}.db"),
            ForeignKeys = true,
            DefaultTimeout = 10,
        }.ConnectionString);
    }

    /// <summary>
    /// Says what a short statement is given in place of its caller's token: a statement that has begun is not cancelled. To
    /// cancel one, Npgsql opens a connection of its own and blocks a thread until the server has answered, for two seconds at
    /// most: calls that are reset by the thousand would keep the threads of all others.
    /// </summary>
    /// <param name="cancel">The caller's token.</param>
    /// <exception cref="OperationCanceledException">The caller wants no more.</exception>
    public static CancellationToken OnceBegun(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return CancellationToken.None;
    }

    private static string DirectoryOf(IConfiguration configuration, string name) =>
        OptionsOf(configuration).Directory is { Length: > 0 } directory ? directory
            : throw new InvalidOperationException($"No store is configured for {name}. Set ConnectionStrings:{name} to a PostgreSQL "
                + $"database, or Data:Directory to a folder for SQLite files.");

    private static NpgsqlConnectionStringBuilder SettingsOf(IConfiguration configuration, string name)
    {
        var postgres = Parse(configuration.GetConnectionString(name)!, name);
        if (!IsOnThisMachine(postgres.Host) && postgres.SslMode != SslMode.VerifyFull && !OptionsOf(configuration).AllowCleartext)
        {
            throw new InvalidOperationException($"ConnectionStrings:{name} names {postgres.Host} without a check of the server's "
                + $"certificate. Add SSL Mode=VerifyFull (and Root Certificate=FILE for an authority of your own), or set "
                + $"Data:AllowCleartext=true if the network encrypts by itself.");
        }
        return postgres;
    }

    private static DatabaseOptions OptionsOf(IConfiguration configuration) =>
        configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>() ?? new();

    // A list of hosts, each with or without a port; a path is the folder of a Unix socket.
    private static bool IsOnThisMachine(string? hosts) =>
        (hosts ?? "").Split(',').All(host => host.StartsWith('/') || host.StartsWith('@')
            || new UriBuilder($"tcp://{host.Trim()}").Uri.IsLoopback);

    private static NpgsqlConnectionStringBuilder Parse(string text, string name)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException e)
        {
            throw new InvalidOperationException(
                $"ConnectionStrings:{name} is not a valid PostgreSQL connection string: {e.Message} Write "
                    + $"Host=…;Database=…;Username=…;Password=….", e);
        }
    }
}
