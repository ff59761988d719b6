using System.Net;
using System.Net.Sockets;
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

    [Fact]
    public async Task LostProtocol_IsUnavailableAndNoRejection()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerWithARowOutOfPlaceAsync(listener);
        await using var source = NpgsqlDataSource.Create(
            $"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port};Username=u;Password=p;SSL Mode=Disable;"
                + "Server Compatibility Mode=NoTypeLoading;Timeout=10;Command Timeout=10");
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("select 1", connection);

        var fault = await Record.ExceptionAsync(() => command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        await answering;

        Assert.NotNull(fault);
        Assert.Equal("Received unexpected backend message DataRow. Please file a bug.", fault.Message);
        Assert.True(DatabaseFaults.IsUnavailable(fault));
        Assert.False(DatabaseFaults.IsRejection(fault));
    }

    // As much of PostgreSQL's protocol as it takes to open a connection, and then an answer that does not belong there.
    private static async Task AnswerWithARowOutOfPlaceAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        var received = new byte[8192];
        Assert.NotEqual(0, await stream.ReadAsync(received));
        await stream.WriteAsync((byte[])
        [
            (byte)'R', 0, 0, 0, 8, 0, 0, 0, 0,
            (byte)'S', 0, 0, 0, 22, .. "server_version\014\0"u8,
            (byte)'K', 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1,
            (byte)'Z', 0, 0, 0, 5, (byte)'I',
        ]);
        Assert.NotEqual(0, await stream.ReadAsync(received));
        await stream.WriteAsync((byte[])[(byte)'1', 0, 0, 0, 4, (byte)'2', 0, 0, 0, 4, (byte)'D', 0, 0, 0, 6, 0, 0]);
        // Until the driver has given the connection up.
        while (await stream.ReadAsync(received) != 0)
        {
        }
    }
}
