using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Npgsql;
using SQLitePCL;

namespace Platform.Hosting.Errors;

/// <summary>Distinguishes faults of the database itself from faults of the data it was given.</summary>
public static class DatabaseFaults
{
    /// <summary>
    /// True when the database cannot be used at the moment: it cannot be reached or opened, is full, locked, read-only,
    /// shutting down or starting. The same request can succeed later.
    /// </summary>
    public static bool IsUnavailable(Exception exception) => exception switch
    {
        // FATAL ends the connection, or refuses a new one: whatever the code says, it is not about the statement. A full
        // disk, for example, refuses new connections with XX000, "could not write init file". Class 08 is the connection,
        // 53 resources (disk, memory, connections), 57 the operator (shutdown), 58 the system (input and output).
        PostgresException e =>
            e.IsTransient || e.InvariantSeverity is "FATAL" or "PANIC" || e.SqlState[..2] is "08" or "53" or "57" or "58"
                || e.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction,
        // Everything else that Npgsql itself reports is about the connection.
        NpgsqlException => true,
        SqliteException e =>
            e.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_IOERR or raw.SQLITE_FULL or raw.SQLITE_CANTOPEN
                or raw.SQLITE_READONLY,
        _ => IsLostProtocol(exception),
    };

    /// <summary>
    /// True when the fault comes of what was to be written, and would come again: a value that cannot be stored, a
    /// constraint. False when the database is unavailable, not migrated or otherwise not in order.
    /// </summary>
    public static bool IsRejection(Exception exception) => exception switch
    {
        // Class 22 is a value that cannot be stored, class 23 a constraint, class 54 something too long for an index.
        PostgresException e => e.SqlState[..2] is "22" or "23" or "54",
        SqliteException e => e.SqliteErrorCode is raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG,
        // Npgsql reports a value of the wrong form with other exceptions, and a lost connection with one of these.
        DbException or TimeoutException or IOException or SocketException or InvalidOperationException => false,
        _ => !IsLostProtocol(exception),
    };

    // Npgsql says "received unexpected backend message" with an exception of no type of its own, and gives the connection
    // up. Seen when the server was killed and started again under load: one call in six thousand.
    private static bool IsLostProtocol(Exception exception) =>
        exception.GetType() == typeof(Exception) && exception.Source == nameof(Npgsql);
}
