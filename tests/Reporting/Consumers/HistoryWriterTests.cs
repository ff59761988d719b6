using Platform.Common.V1;
using Platform.Processes;
using Platform.Reporting.History;

namespace Platform.Reporting.Tests.Consumers;

/// <summary>Many consumers share a transaction, and each learns of its own change.</summary>
public sealed class HistoryWriterTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    // PostgreSQL stores no such character in a text.
    private static readonly ConsumedChange Unstorable =
        new("membership", 500, "participants/\0", "Participant", 1, ChangeKind.Created, "2011-01-01", 0, [], 0, "", true, "", "");

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Add_ManyAtOnce_AreAllThere(string engine)
    {
        var log = new TestLog("membership").AddUntil(1200);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases);

        await Task.WhenAll(log.Consumed.Select(c => worker.Writer.AddAsync(c, Cancel)));

        Assert.Equal(1200, (await worker.PositionsAsync("membership")).Count());
    }

    [Fact]
    public async Task Add_OneThatIsRefused_FailsAlone()
    {
        var log = new TestLog("membership").AddUntil(499);
        await using var databases = await TestDatabases.CreateAsync("postgresql");
        await using var worker = new TestWorker(databases);

        var good = log.Consumed.Select(c => worker.Writer.AddAsync(c, Cancel)).ToList();
        var bad = worker.Writer.AddAsync(Unstorable with { LogId = log.Id }, Cancel);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => bad);
        await Task.WhenAll(good);
        Assert.Equal(499, (await worker.PositionsAsync("membership")).Count());
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Add_DatabaseAway_WaitsUntilItIsBack(string engine)
    {
        var log = new TestLog("membership").AddUntil(3);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases);
        await worker.Writer.AddAsync(log.Consumed.First(), Cancel);

        await using var outage = await Outage.BeginAsync(databases, worker);
        var writes = log.Consumed.Select(c => worker.Writer.AddAsync(c, Cancel)).ToList();
        // It has tried, and tries again.
        await Task.WhenAny(Task.WhenAll(writes), Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Cancel));
        Assert.DoesNotContain(writes, w => w.IsCompleted);
        await outage.EndAsync();

        await Task.WhenAll(writes);
        Assert.Equal([1, 2, 3], await worker.PositionsAsync("membership"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Stop_DatabaseAway_GivesTheMessagesBack(string engine)
    {
        var log = new TestLog("membership").AddUntil(1);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases);
        await using var outage = await Outage.BeginAsync(databases, worker);
        var write = worker.Writer.AddAsync(log.Consumed.First(), Cancel);

        worker.Stop();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }
}

/// <summary>A database that is away: on PostgreSQL it takes no connections, on SQLite its table is.</summary>
internal sealed class Outage : IAsyncDisposable
{
    private readonly TestDatabases _databases;
    private readonly TestWorker _worker;
    private bool _ended;

    private Outage(TestDatabases databases, TestWorker worker) => (_databases, _worker) = (databases, worker);

    public static async Task<Outage> BeginAsync(TestDatabases databases, TestWorker worker)
    {
        var outage = new Outage(databases, worker);
        if (databases.Name is { } name)
        {
            await TestServers.RunAsync($"alter database {name} allow_connections false; "
                + $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
        }
        else
        {
            await worker.ProjectionDatabase.ExecuteAsync("alter table version rename to away", CancellationToken.None);
        }

        return outage;
    }

    public async Task EndAsync()
    {
        if (_ended)
            return;
        _ended = true;
        if (_databases.Name is { } name)
            await TestServers.RunAsync($"alter database {name} allow_connections true");
        else
            await _worker.ProjectionDatabase.ExecuteAsync("alter table away rename to version", CancellationToken.None);
    }

    public async ValueTask DisposeAsync() => await EndAsync();
}
