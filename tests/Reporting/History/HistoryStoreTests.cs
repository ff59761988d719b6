using Platform.Common.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Tests.History;

/// <summary>In whatever order, however often and through whatever crash changes come: the projection ends the same.</summary>
public sealed class HistoryStoreTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly HashSet<long> NothingGivenUp = [];

    [Theory, InlineData("sqlite", 25), InlineData("postgresql", 25)]
    public async Task Add_AnyOrderRepetitionBatchesAndCrashesByTwoWriters_EndsAsInOrder(string engine, int seeds)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            // A failure can be run again: the seed is in the message.
            var random = new Random(seed);
            TestLog[] logs = [TestLog.Generate("membership", random), TestLog.Generate("commitments", random)];
            await using var inOrderDatabases = await TestDatabases.CreateAsync("sqlite");
            await using var inOrder = new TestWorker(inOrderDatabases);
            foreach (var change in logs.SelectMany(l => l.Consumed))
                await inOrder.History.AddAsync([change], Cancel);

            await using var databases = await TestDatabases.CreateAsync(engine);
            // Each change goes to one of the two writers or to both.
            var both = logs.SelectMany(l => l.Consumed).Select(c => (Change: c, Writers: random.Next(1, 4))).ToList();
            await Task.WhenAll(
                WriteAsync(databases, both.Where(c => (c.Writers & 1) != 0).Select(c => c.Change), new Random(seed + 1000)),
                WriteAsync(databases, both.Where(c => (c.Writers & 2) != 0).Select(c => c.Change), new Random(seed + 2000)));

            await using var end = new TestWorker(databases);
            foreach (var table in new[] { "version", "resource" })
            {
                Assert.True((await inOrder.RowsAsync(table)).SequenceEqual(await end.RowsAsync(table)), $"seed {seed}: the tables "
                    + $"{table} differ");
            }
            foreach (var log in logs)
            {
                Assert.True(log.Changes.Count == (await end.History.AdvanceAsync(log.Feed.Service, NothingGivenUp, Cancel)).Position,
                    $"seed {seed}: {log.Feed.Service} is not consumed to its end");
            }
            foreach (var day in new[] { "2011-01-05", "2011-01-20", "2012-01-01" })
                Assert.True(await ViewAsync(inOrder, day) == await ViewAsync(end, day), $"seed {seed}: the views of {day} differ");
        }
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Add_OlderVersionAfterADeletion_LeavesTheTombstone(string engine)
    {
        var log = new TestLog("membership");
        log.Add("idn");
        log.Add("idn", ChangeKind.Retracted);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases);

        foreach (var change in log.Consumed.Reverse())
            await worker.History.AddAsync([change], Cancel);

        var (version, removed) = Assert.Single(await worker.ProjectionDatabase.QueryAsync("select resource_version, removed from resource",
            r => (r.GetInt64(0), r.GetBoolean(1)), Cancel));
        Assert.Equal(2, version);
        Assert.True(removed);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Advance_PositionsMissing_StopsBeforeTheFirst(string engine)
    {
        var log = new TestLog("membership").AddUntil(6);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases);
        await worker.History.AddAsync(log.Consumed.Where(c => c.Position is not (3 or 5)), Cancel);

        var first = await worker.History.AdvanceAsync("membership", NothingGivenUp, Cancel);
        var passedOver = await worker.History.AdvanceAsync("membership", new HashSet<long> { 3 }, Cancel);
        // Once passed over it stays noted, even when nobody calls it given up any more.
        var remembered = await worker.History.AdvanceAsync("membership", NothingGivenUp, Cancel);
        await worker.History.AddAsync(log.Consumed, Cancel);
        var complete = await worker.History.AdvanceAsync("membership", NothingGivenUp, Cancel);

        Assert.Equal((2, 6), (first.Position, first.Highest));
        Assert.Equal((4, 3), (passedOver.Position, Assert.Single(passedOver.Missing)));
        Assert.Equal((4, 3), (remembered.Position, Assert.Single(remembered.Missing)));
        Assert.Equal(6, complete.Position);
        Assert.Empty(complete.Missing);
    }

    // What one worker does: batches in any order, some of them cut off before the commit, some of them twice, with
    // its memory lost now and then.
    private static async Task WriteAsync(TestDatabases databases, IEnumerable<ConsumedChange> changes, Random random)
    {
        var remaining = changes.ToList();
        remaining.AddRange(remaining.Where(_ => random.Next(3) == 0).ToList());
        var shuffled = remaining.ToArray();
        random.Shuffle(shuffled);
        var worker = new TestWorker(databases);
        for (var start = 0; start < shuffled.Length;)
        {
            var batch = shuffled.AsSpan(start, Math.Min(random.Next(1, 12), shuffled.Length - start)).ToArray();
            switch (random.Next(6))
            {
                case 0:
                    await using (var write = await worker.ProjectionDatabase.BeginAsync(Cancel))
                        await worker.History.AddAsync(write, batch, Cancel);
                    continue;
                case 1:
                    await worker.DisposeAsync();
                    worker = new TestWorker(databases);
                    continue;
                case 2:
                    await worker.History.AddAsync(batch, Cancel);
                    continue;
                case 3:
                    await worker.History.AdvanceAsync(batch[0].Service, NothingGivenUp, Cancel);
                    continue;
                default:
                    await worker.History.AddAsync(batch, Cancel);
                    start += batch.Length;
                    break;
            }
        }
        await worker.DisposeAsync();
    }

    private static async Task<string> ViewAsync(TestWorker worker, string day)
    {
        var parts = new RecordView.Builder(TestRecord.Day(day), DateTimeOffset.MaxValue);
        await foreach (var history in worker.History.HistoriesAsync(DateTimeOffset.MaxValue, new Dictionary<string, long>(), Cancel))
            parts.Add(history);
        var view = parts.Build();
        return string.Join('\n', view.Participants.Select(p => p.ToString()).Concat(view.TakeCommitments().Select(c => c.ToString())));
    }
}
