using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Platform.Hosting.Databases;
using Platform.Hosting.Errors;
using Platform.Processes;

namespace Platform.Store.Tests;

/// <summary>A database that only answers reads is not ready, nor is a damaged file.</summary>
public sealed class StorageCheckTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Check_DatabaseInOrder_Passes(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);

        await new StorageCheck(store.Database, TimeProvider.System).CheckAsync(Cancel);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Check_DatabaseThatTakesNoWrites_Fails(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await using var readOnly = ReadOnly(store.Database);

        var fault = await Assert.ThrowsAnyAsync<DbException>(() =>
            new StorageCheck(readOnly, TimeProvider.System).CheckAsync(Cancel));

        Assert.True(DatabaseFaults.IsUnavailable(fault));
    }

    [Fact]
    public async Task Check_SqliteFileThatWasDamaged_FailsInASentenceThatNamesIt()
    {
        await using var store = await TestStore.OpenAsync("sqlite");
        for (var i = 0; i < 200; i++)
            await store.CreateAsync($"p{i}");
        await using (var connection = await store.Database.OpenConnectionAsync(Cancel))
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "pragma wal_checkpoint(truncate)";
            await command.ExecuteNonQueryAsync(Cancel);
        }
        SqliteConnection.ClearAllPools();
        var file = new SqliteConnectionStringBuilder(store.Database.ConnectionString).DataSource;
        await using (var bytes = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            bytes.Position = bytes.Length / 2;
            await bytes.WriteAsync(new byte[16 * 1024], Cancel);
        }

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            new StorageCheck(store.Database, TimeProvider.System).CheckAsync(Cancel));

        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains("is damaged", refused.Message, StringComparison.Ordinal);
        Assert.Contains("backup", refused.Message, StringComparison.Ordinal);
    }

    private static DbDataSource ReadOnly(DbDataSource database)
    {
        if (database is NpgsqlDataSource postgres)
        {
            var name = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Database!;
            var settings = new NpgsqlConnectionStringBuilder(TestServers.ConnectionTo(name))
            {
                Options = "-c default_transaction_read_only=on",
            };
            return NpgsqlDataSource.Create(settings);
        }
        var file = new SqliteConnectionStringBuilder(database.ConnectionString) { Mode = SqliteOpenMode.ReadOnly };
        return SqliteFactory.Instance.CreateDataSource(file.ConnectionString);
    }
}
