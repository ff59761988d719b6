using Microsoft.Data.Sqlite;
using Npgsql;
using Platform.Hosting.Errors;
using SQLitePCL;

namespace Platform.Hosting.Tests.Errors;

public sealed class DatabaseFaultsTests
{
    [Theory]
    // A full disk refuses a new connection with a code that says nothing of it.
    [InlineData("FATAL", "XX000", true)]
    [InlineData("FATAL", "28P01", true)]
    [InlineData("PANIC", "XX000", true)]
    [InlineData("ERROR", "XX000", false)]
    [InlineData("ERROR", "53100", true)]
    [InlineData("ERROR", "57P01", true)]
    [InlineData("ERROR", "58030", true)]
    [InlineData("ERROR", "08006", true)]
    [InlineData("ERROR", "40P01", true)]
    [InlineData("ERROR", "25006", true)]
    [InlineData("ERROR", "42P01", false)]
    [InlineData("ERROR", "22P02", false)]
    [InlineData("ERROR", "23505", false)]
    public void IsUnavailable_PostgreSql_IsWhatIsNotAboutTheStatement(string severity, string code, bool expected) =>
        Assert.Equal(expected, DatabaseFaults.IsUnavailable(new PostgresException("could not write init file", severity, severity, code)));

    [Fact]
    public void IsUnavailable_ConnectionThatCannotBeOpened_IsTrue() =>
        Assert.True(DatabaseFaults.IsUnavailable(new NpgsqlException("Exception while performing SSL handshake")));

    [Theory]
    [InlineData(raw.SQLITE_BUSY, true)]
    [InlineData(raw.SQLITE_LOCKED, true)]
    [InlineData(raw.SQLITE_IOERR, true)]
    [InlineData(raw.SQLITE_FULL, true)]
    [InlineData(raw.SQLITE_CANTOPEN, true)]
    [InlineData(raw.SQLITE_READONLY, true)]
    [InlineData(raw.SQLITE_CONSTRAINT, false)]
    [InlineData(raw.SQLITE_CORRUPT, false)]
    public void IsUnavailable_Sqlite_IsWhatPasses(int code, bool expected) =>
        Assert.Equal(expected, DatabaseFaults.IsUnavailable(new SqliteException("fault", code)));

    [Theory]
    [InlineData("22P02", true)]
    [InlineData("23505", true)]
    [InlineData("54000", true)]
    [InlineData("42P01", false)]
    [InlineData("53100", false)]
    [InlineData("XX000", false)]
    public void IsRejection_PostgreSql_IsWhatComesOfTheValue(string code, bool expected) =>
        Assert.Equal(expected, DatabaseFaults.IsRejection(new PostgresException("fault", "ERROR", "ERROR", code)));
}
