using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace Platform.Hosting.Databases;

/// <summary>
/// The schema of a database as numbered SQL files embedded in an assembly, <c>Migrations/postgresql.0001.sql</c> and
/// <c>Migrations/sqlite.0001.sql</c>: each is applied once, in order, in one transaction with the note that it was.
/// <para>
/// A migration that leaves older programs able to work says so in a line <c>-- Programs from schema 4 on work with it.</c>
/// They then go on through the migration, so that replicas are exchanged one after the other; without the line they are no
/// longer ready.
/// </para>
/// </summary>
public sealed partial class SchemaMigrations
{
    // An arbitrary lock key: it serializes two operators who migrate at the same time.
    private const long Lock = 7_310_002;

    private readonly DbDataSource _database;
    private readonly string _store;
    private readonly string _schema;
    private readonly List<(int Number, string Sql, int OldestProgram)> _migrations = [];

    /// <summary>Finds the migrations of a database's engine.</summary>
    /// <param name="database">The database.</param>
    /// <param name="store">The store that owns it, for example <c>meetings</c>: written into it when it is made, and checked ever
    /// after.</param>
    /// <param name="assembly">Where they are.</param>
    /// <param name="folder">The folder that they are in.</param>
    /// <param name="schema">The PostgreSQL schema to make first, where the database was opened with one.</param>
    public SchemaMigrations(DbDataSource database, string store, Assembly assembly, string folder = "Migrations", string schema = "")
    {
        (_database, _store, _schema) = (database, store, schema);
        var engine = database is NpgsqlDataSource ? $".{folder}.postgresql." : $".{folder}.sqlite.";
        foreach (var resource in assembly.GetManifestResourceNames().Where(n => n.Contains(engine, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var (number, sql) = (resource.Split('.')[^2], reader.ReadToEnd());
            var oldest = WorksFrom().Match(sql) is { Success: true } stated ? stated.Groups[1].Value : number;
            _migrations.Add((int.Parse(number, CultureInfo.InvariantCulture), sql, int.Parse(oldest, CultureInfo.InvariantCulture)));
        }
    }

    private int Newest => _migrations[^1].Number;

    /// <summary>Applies what is missing; refuses the database of another store, and one that a newer version has migrated.</summary>
    public Task MigrateAsync(CancellationToken cancel) => MigrateAsync(acceptNewer: false, cancel);

    /// <summary>The same, or leaves the schema of a newer version alone and refuses it only where this one cannot work with it.</summary>
    public async Task MigrateAsync(bool acceptNewer, CancellationToken cancel)
    {
        await using var connection = await _database.OpenConnectionAsync(cancel);
        // A property of the file, not of the schema, and not to be set inside a transaction.
        if (_database is not NpgsqlDataSource)
            await RunAsync("pragma journal_mode = wal");
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (_database is NpgsqlDataSource)
            await RunAsync($"select pg_advisory_xact_lock({Lock})");
        if (_database is NpgsqlDataSource && _schema.Length > 0)
            await RunAsync($"create schema if not exists {_schema}");
        await RunAsync("create table if not exists schema_version (number integer not null primary key)");
        // Whose database it is, and the identity of its change log: positions of one log mean nothing in another.
        await RunAsync("create table if not exists store (name text not null primary key, log_id text not null)");
        var owner = (string?)await RunAsync("select name from store");
        if (owner is null)
            await RunAsync($"insert into store (name, log_id) values ('{_store}', '{Guid.CreateVersion7()}')");
        else if (owner != _store)
            throw OfAnotherStore(owner);
        var applied = Convert.ToInt32(await RunAsync("select coalesce(max(number), 0) from schema_version"), CultureInfo.InvariantCulture);
        if (applied > Newest && acceptNewer)
        {
            await transaction.DisposeAsync();
            await CheckAsync(cancel);
            return;
        }
        if (applied > Newest)
        {
            throw new InvalidOperationException($"The database of {_store} has schema version {applied}, and this program knows "
                + $"version {Newest}. Migrate with the newer program.");
        }
        foreach (var (number, sql, _) in _migrations.Where(m => m.Number > applied))
        {
            await RunAsync(sql);
            await RunAsync($"insert into schema_version (number) values ({number})");
        }
        await RunAsync("create table if not exists schema_compatibility (oldest_program integer not null)");
        await RunAsync("delete from schema_compatibility");
        await RunAsync($"insert into schema_compatibility (oldest_program) values ({_migrations.Max(m => m.OldestProgram)})");
        await transaction.CommitAsync(cancel);

        async Task<object?> RunAsync(string sql)
        {
            await using var command = connection.CreateCommand();
            // Only constants and the migrations of this assembly are executed.
#pragma warning disable CA2100
            command.CommandText = sql;
#pragma warning restore CA2100
            return await command.ExecuteScalarAsync(cancel);
        }
    }

    /// <summary>Compares the schema of the database with that of this version; nothing is changed.</summary>
    public async Task<SchemaStatus> StatusAsync(CancellationToken cancel)
    {
        await using var connection = await _database.OpenConnectionAsync(cancel);
        var applied = await AppliedAsync(connection, cancel);
        return new SchemaStatus(applied, Newest,
            [.. _migrations.Where(m => m.Number > applied).Select(m => new PendingMigration(m.Number, m.Sql, m.OldestProgram))]);
    }

    /// <summary>Fails with a sentence when the database is of another store, or its schema none that this version works
    /// with: an older one, or a newer one that leaves this version behind.</summary>
    public async Task CheckAsync(CancellationToken cancel)
    {
        await using var connection = await _database.OpenConnectionAsync(cancel);
        var applied = await AppliedAsync(connection, cancel);
        if (applied < Newest)
        {
            throw new InvalidOperationException($"The database has schema version {applied}; this version works with {Newest}. Run "
                + $"`platform migrate` first.");
        }
        if (applied == Newest)
            return;
        // Only a newer program writes a newer version, and it writes this too.
        await using var command = connection.CreateCommand();
        command.CommandText = "select max(oldest_program) from schema_compatibility";
        var oldest = Convert.ToInt32(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
        if (Newest < oldest)
        {
            throw new InvalidOperationException($"The database has schema version {applied}, with which programs from version {oldest} on "
                + $"work; this one is of version {Newest}. Start the newer program.");
        }
    }

    /// <summary>
    /// The same at the start of a process. A server that is away is no reason to end: the process starts, and is not
    /// ready until the server is back and its schema is right.
    /// </summary>
    public async Task CheckAtStartAsync(CancellationToken cancel)
    {
        try
        {
            await CheckAsync(cancel);
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            // Readiness checks again.
        }
    }

    // The newest migration that the database has; 0 for a new database.
    private async Task<int> AppliedAsync(DbConnection connection, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "select coalesce(max(number), 0), (select name from store) from schema_version";
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            if (await reader.IsDBNullAsync(1, cancel))
            {
                throw new InvalidOperationException($"The database does not say that it is that of {_store}. Run `platform migrate` "
                    + $"first.");
            }
            if (reader.GetString(1) is var owner && owner != _store)
                throw OfAnotherStore(owner);
            return Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // A new database, or one that knows no owner yet.
            return 0;
        }
    }

    [GeneratedRegex("^-- Programs from schema ([0-9]+) on work with it\\.", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WorksFrom();

    private InvalidOperationException OfAnotherStore(string owner) =>
        new($"ConnectionStrings:{_store} names the database of {owner}. Correct it to that of {_store}; nothing was changed.");
}

/// <summary>The schema of a database, beside that of a program.</summary>
/// <param name="Applied">The newest migration that the database has; 0 for a new one.</param>
/// <param name="Newest">The newest that the program has.</param>
/// <param name="Pending">What the program would apply, in this order.</param>
public sealed record SchemaStatus(int Applied, int Newest, IReadOnlyList<PendingMigration> Pending);

/// <summary>A migration that a database has not yet.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Sql">What it does.</param>
/// <param name="OldestProgram">The oldest schema whose programs go on working with it.</param>
public sealed record PendingMigration(int Number, string Sql, int OldestProgram);
