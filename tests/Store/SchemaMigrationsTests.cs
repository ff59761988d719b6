using System.Data.Common;
using Microsoft.Extensions.Configuration;
using Platform.Hosting.Databases;
using Platform.Processes;

namespace Platform.Store.Tests;

/// <summary>Programs of two versions on one database, while replicas are exchanged one after the other.</summary>
public sealed class SchemaMigrationsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Check_SchemaThatIsNewerAndSaysThatOlderProgramsWork_IsAccepted(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await database.Of("Made").MigrateAsync(Cancel);

        await database.Of("Expanded").MigrateAsync(Cancel);

        await database.Of("Made").CheckAsync(Cancel);
        await database.Of("Expanded").CheckAsync(Cancel);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Check_SchemaThatLeavesOlderProgramsBehind_IsRefusedByThem(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await database.Of("Contracted").MigrateAsync(Cancel);

        foreach (var older in new[] { "Made", "Expanded" })
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => database.Of(older).CheckAsync(Cancel));
            Assert.Contains("has schema version 3, with which programs from version 3 on work", refused.Message, StringComparison.Ordinal);
        }
        await database.Of("Contracted").CheckAsync(Cancel);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Check_SchemaThatIsOlder_SaysWhatToRun(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await database.Of("Made").MigrateAsync(Cancel);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => database.Of("Expanded").CheckAsync(Cancel));

        Assert.Contains("Run `platform migrate` first", refused.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Migrate_SchemaThatIsNewer_IsRefusedAndLeftAsItIs(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await database.Of("Contracted").MigrateAsync(Cancel);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => database.Of("Made").MigrateAsync(Cancel));

        Assert.Contains("has schema version 3, and this program knows version 1", refused.Message, StringComparison.Ordinal);
        await database.Of("Contracted").CheckAsync(Cancel);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Migrate_SchemaThatIsNewerAndIsAccepted_IsLeftAsItIs(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await database.Of("Expanded").MigrateAsync(Cancel);

        await database.Of("Made").MigrateAsync(acceptNewer: true, Cancel);

        Assert.Equal(2, (await database.Of("Expanded").StatusAsync(Cancel)).Applied);
        await database.Of("Contracted").MigrateAsync(acceptNewer: true, Cancel);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => database.Of("Made").MigrateAsync(acceptNewer: true, Cancel));
        Assert.Contains("with which programs from version 3 on work", refused.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Status_BeforeAndAfter_NamesWhatIsPending(string engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await database.Of("Made").MigrateAsync(Cancel);

        var before = await database.Of("Contracted").StatusAsync(Cancel);
        await database.Of("Contracted").MigrateAsync(Cancel);
        var after = await database.Of("Contracted").StatusAsync(Cancel);

        Assert.Equal((1, 3), (before.Applied, before.Newest));
        Assert.Equal([2, 3], before.Pending.Select(m => m.Number));
        Assert.Empty(after.Pending);
    }

    /// <summary>An empty database of its own, and the programs of each version on it.</summary>
    private sealed class TestDatabase(DbDataSource database, string? directory, string? name) : IAsyncDisposable
    {
        public static async Task<TestDatabase> CreateAsync(string engine)
        {
            var settings = new Dictionary<string, string?>();
            string? directory = null, name = null;
            if (engine == "postgresql")
            {
                name = $"schema_{Guid.NewGuid():n}";
                await TestServers.CreateDatabaseAsync(name);
                settings["ConnectionStrings:test"] = TestServers.ConnectionTo(name);
            }
            else
            {
                directory = Directory.CreateTempSubdirectory("schema-").FullName;
                settings["Data:Directory"] = directory;
            }
            return new(Database.Open(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), "test"), directory, name);
        }

        /// <summary>The migrations that a version of a program knows.</summary>
        public SchemaMigrations Of(string version) => new(database, "test", typeof(SchemaMigrationsTests).Assembly, version);

        public async ValueTask DisposeAsync()
        {
            await database.DisposeAsync();
            if (directory is not null)
                Directory.Delete(directory, recursive: true);
            if (name is not null)
                await TestServers.DropDatabaseAsync(name);
        }
    }
}
