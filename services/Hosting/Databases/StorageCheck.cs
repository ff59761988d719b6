using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Platform.Hosting.Databases;

/// <summary>
/// Finds out whether a database takes writes, and whether a SQLite file is whole: one that only answers reads, on a full
/// disk for example, is not ready.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="time">The clock.</param>
internal sealed class StorageCheck(DbDataSource database, TimeProvider time) : IDisposable
{
    // Probes come every few seconds; each write costs a disk access.
    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(10);

    // The whole file is read. A large one is looked at more rarely, so that this takes a hundredth of the time at most.
    private static readonly TimeSpan IntegrityInterval = TimeSpan.FromMinutes(1);
    private const int MaxShare = 100;

    private readonly SemaphoreSlim _turn = new(1);
    private long? _written;
    private (long At, TimeSpan Took)? _whole;

    /// <summary>Fails when the database does not take a write, or a SQLite file is damaged; looks again only after a while.</summary>
    public async Task CheckAsync(CancellationToken cancel)
    {
        // Concurrent probes share one check.
        await _turn.WaitAsync(cancel);
        try
        {
            await LookAsync(cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        if (_whole is not { } whole || time.GetElapsedTime(whole.At) > IntegrityInterval + (MaxShare * whole.Took))
            await CheckIntegrityAsync(cancel);
        if (_written is not { } written || time.GetElapsedTime(written) > WriteInterval)
        {
            _written = null;
            // Updates the one row that every store has, without changing it.
            await RunAsync("update store set name = name", cancel);
            _written = time.GetTimestamp();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Fails when a SQLite file is damaged.</summary>
    public async Task CheckIntegrityAsync(CancellationToken cancel)
    {
        _whole = null;
        var start = time.GetTimestamp();
        if (database is not NpgsqlDataSource && await IntegrityAsync(cancel) is not "ok" and var fault)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                $"The SQLite file \"{FileOf(database)}\" is damaged: {fault}. Stop the process and restore the file from a backup."));
        }
        _whole = (start, time.GetElapsedTime(start));
    }

    private async Task<string> IntegrityAsync(CancellationToken cancel)
    {
        try
        {
            return (string)(await RunAsync("pragma quick_check(1)", cancel))!;
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB)
        {
            return e.Message;
        }
    }

    private async Task<object?> RunAsync(string sql, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var command = connection.CreateCommand();
        // Constants of this class.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(cancel);
    }

    private static string FileOf(DbDataSource database) => new SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
}
