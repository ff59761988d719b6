using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;
using Platform.Hosting.Databases;

namespace Platform.Reporting.Databases;

/// <summary>
/// A database of the worker, PostgreSQL or SQLite. The SQL of the worker means the same on both, except where it says
/// so. There are two: what is kept (reports, dead letters) and the projection, which can be filled again.
/// </summary>
internal sealed class WorkerDatabase(DbDataSource source) : IDisposable
{
    // SQLite has one writer; on PostgreSQL writers do not wait for one another.
    private readonly SemaphoreSlim? _writer = source is NpgsqlDataSource ? null : new(1, 1);

    /// <summary>True for PostgreSQL.</summary>
    public bool IsPostgres => source is NpgsqlDataSource;

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();

    /// <summary>Reads rows.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancel,
        params (string Name, object Value)[] values)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var command = Command(connection, null, sql, values);
        cancel = Database.OnceBegun(cancel);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Reads rows as they come, any number of them.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(string sql, Func<DbDataReader, T> read,
        [EnumeratorCancellation] CancellationToken cancel, params (string Name, object Value)[] values)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var command = Command(connection, null, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            yield return read(reader);
    }

    /// <summary>Changes rows with one statement; returns how many.</summary>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params (string Name, object Value)[] values)
    {
        await using var write = await BeginAsync(cancel);
        var changed = await write.ExecuteAsync(sql, cancel, values);
        await write.CommitAsync(cancel);
        return changed;
    }

    /// <summary>Begins a transaction that writes; without a commit nothing of it stays.</summary>
    public async Task<WorkerTransaction> BeginAsync(CancellationToken cancel)
    {
        if (_writer is not null)
            await _writer.WaitAsync(cancel);
        DbConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(cancel);
            return new WorkerTransaction(connection, await connection.BeginTransactionAsync(cancel), _writer);
        }
        catch
        {
            if (connection is not null)
                await connection.DisposeAsync();
            _writer?.Release();
            throw;
        }
    }

    /// <summary>A statement.</summary>
    internal static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql,
        params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = connection.CreateCommand();
        // All SQL is a constant of the worker; what services sent is a parameter.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = transaction;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}

/// <summary>A transaction that writes.</summary>
internal sealed class WorkerTransaction(DbConnection connection, DbTransaction transaction, SemaphoreSlim? writer) : IAsyncDisposable
{
    /// <summary>A statement in it, to be executed any number of times.</summary>
    public DbCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> values) =>
        WorkerDatabase.Command(connection, transaction, sql, values);

    /// <summary>Changes rows; returns how many.</summary>
    public async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params (string Name, object Value)[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Commits the transaction.</summary>
    public Task CommitAsync(CancellationToken cancel) => transaction.CommitAsync(cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
        finally
        {
            writer?.Release();
        }
    }
}
