using Microsoft.Extensions.Configuration;
using Platform.Hosting.Databases;

namespace Platform.Hosting.Tests.Store;

/// <summary>What is said to PostgreSQL on another machine before it is known to be the right one.</summary>
public sealed class DatabaseTests
{
    private const byte No = (byte)'N';
    private const byte Yes = (byte)'S';
    private const byte TlsHandshake = 0x16;

    // What a client sends to ask for TLS.
    private const int SslRequestLength = 8;

    [Theory]
    [InlineData("Host=db.example.org")]
    [InlineData("Host=db.example.org;SSL Mode=Require")]
    [InlineData("Host=db.example.org;SSL Mode=VerifyCA")]
    [InlineData("Host=127.0.0.1,db.example.org:5433")]
    public void Open_AnotherMachineWithoutACheckOfItsCertificate_IsRefusedInASentence(string connection)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Database.Open(Configuration(connection), "meetings"));

        Assert.Contains("ConnectionStrings:meetings", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SSL Mode=VerifyFull", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db.example.org;SSL Mode=VerifyFull")]
    [InlineData("Host=localhost")]
    [InlineData("Host=127.0.0.2:5433,[::1]:5434")]
    [InlineData("Host=/var/run/postgresql")]
    [InlineData("Host=db.example.org", "Data:AllowCleartext=true")]
    public async Task Open_ACheckedCertificateOrThisMachineOrAskedForByName_IsOpened(string connection, params string[] settings)
    {
        await using var database = Database.Open(Configuration(connection, settings), "meetings");

        Assert.NotNull(database);
    }

    [Fact]
    public async Task Connect_ServerThatHasNoTls_IsToldNothingMore()
    {
        using var server = new FirstBytes();
        await using var database = Database.Open(Configuration($"Host=127.0.0.1;Port={server.Port};SSL Mode=VerifyFull"), "meetings");
        var sent = server.NextAfterAsync(SslRequestLength, No);

        await Assert.ThrowsAnyAsync<Exception>(async () => await database.OpenConnectionAsync(TestContext.Current.CancellationToken));

        Assert.Empty(await sent);
    }

    [Fact]
    public async Task Connect_ServerThatHasTls_GoesOnInTls()
    {
        using var server = new FirstBytes();
        await using var database = Database.Open(Configuration($"Host=127.0.0.1;Port={server.Port};SSL Mode=VerifyFull"), "meetings");
        var sent = server.NextAfterAsync(SslRequestLength, Yes);

        await Assert.ThrowsAnyAsync<Exception>(async () => await database.OpenConnectionAsync(TestContext.Current.CancellationToken));

        Assert.Equal(TlsHandshake, Assert.Single(await sent));
    }

    private static IConfiguration Configuration(string connection, params string[] settings) =>
        new ConfigurationBuilder().AddCommandLine([$"--ConnectionStrings:meetings={connection};Username=u;Password=secret",
            .. settings.Select(s => $"--{s}")]).Build();
}
