using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Platform.Hosting.Databases;

/// <summary>
/// A SQLite file as its store and its change log use it together: one writer at a time, and short commands with numbered
/// parameters.
/// </summary>
internal sealed class SqliteDatabase(DbDataSource database) : IDisposable
{
    private readonly SemaphoreSlim _writer = new(1, 1);

    /// <summary>Microseconds since 1970-01-01T00:00:00Z, as moments are stored.</summary>
    public static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>A list as one parameter, to be read with <c>json_each</c>.</summary>
    public static string Json(IReadOnlyCollection<string> values) => JsonSerializer.Serialize(values);

    /// <summary>Reads all rows of a query.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, IReadOnlyList<object> values, Func<SqliteDataReader, T> read,
        CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Runs commands in one transaction, while nobody else writes.</summary>
    public async Task WriteAsync(Func<Func<string, object[], Task>, Task> write, CancellationToken cancel)
    {
        await _writer.WaitAsync(cancel);
        try
        {
            await using var connection = await OpenAsync(cancel);
            await using var transaction = connection.BeginTransaction(deferred: false);
            await write(async (sql, values) =>
            {
                await using var command = Command(connection, sql, values);
                command.Transaction = transaction;
                await command.ExecuteNonQueryAsync(cancel);
            });
            await transaction.CommitAsync(cancel);
        }
        finally
        {
            _writer.Release();
        }
    }

    public void Dispose() => _writer.Dispose();

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancel) =>
        (SqliteConnection)await database.OpenConnectionAsync(cancel);

    private static SqliteCommand Command(SqliteConnection connection, string sql, IReadOnlyList<object> values)
    {
        // All SQL is a constant of this assembly; what users sent is a parameter.
#pragma warning disable CA2100
        var command = new SqliteCommand(sql, connection);
#pragma warning restore CA2100
        for (var i = 0; i < values.Count; i++)
            command.Parameters.AddWithValue($"${(i + 1).ToString(CultureInfo.InvariantCulture)}", values[i]);
        return command;
    }
}
