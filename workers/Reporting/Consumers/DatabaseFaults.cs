using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Platform.Reporting.Consumers;

/// <summary>Tells the database's own trouble from that of what it was given.</summary>
internal static class DatabaseFaults
{
    /// <summary>
    /// True when the database is away, full, locked, not brought up to date or otherwise out of order: it is no fault of
    /// the change, which can be taken in when that is over.
    /// </summary>
    public static bool IsAway(Exception exception) => exception switch
    {
        // Class 22 is a value that it cannot store, class 23 a constraint, class 54 something too long for an index.
        PostgresException e => e.SqlState[..2] is not ("22" or "23" or "54"),
        SqliteException e => e.SqliteErrorCode is not (SQLitePCL.raw.SQLITE_CONSTRAINT or SQLitePCL.raw.SQLITE_MISMATCH or SQLitePCL.raw.SQLITE_TOOBIG),
        // Npgsql tells of a value of the wrong form with other exceptions, and of a lost connection with one of these.
        DbException or TimeoutException or IOException or System.Net.Sockets.SocketException or InvalidOperationException => true,
        _ => false,
    };
}
