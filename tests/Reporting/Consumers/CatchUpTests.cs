using Platform.Common.V1;
using Platform.Hosting.Databases;
using Platform.Hosting.Errors;
using Platform.Reporting.Databases;
using Platform.Reporting.History;

namespace Platform.Reporting.Tests.Consumers;

/// <summary>What the bus does not bring is noticed and fetched from the feed.</summary>
public sealed class CatchUpTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_HolesThatStayed_AreFetchedAndNothingElse(string engine)
    {
        var log = new TestLog("membership").AddUntil(3000);
        var lost = new HashSet<long> { 1, 900, 901, 902, 2500 };
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: log);
        // The first look finds nothing at all, and fills; a worker that has something waits for the bus.
        await worker.History.AddAsync(log.Consumed.Where(c => c.Position is 2), Cancel);
        await worker.History.AddAsync(log.Consumed.Where(c => !lost.Contains(c.Position)), Cancel);

        await worker.LookAsync();
        await worker.LookAsync();

        Assert.Equal(Enumerable.Range(1, 3000).Select(p => (long)p), await worker.PositionsAsync("membership"));
        Assert.Equal(3000, (await worker.Logs[0].PositionAsync(Cancel)).Position);
        // For a hole of one change a page of the log is read, not the log.
        Assert.True(log.Read.Count < 1600, $"{log.Read.Count} changes were read");
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_AnotherLogThanWasConsumed_IsRefusedAndNothingIsTakenFromIt(string engine)
    {
        var log = new TestLog("membership").AddUntil(3);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using (var worker = new TestWorker(databases, logs: log))
        {
            await worker.LookAsync();
            await worker.LookAsync();
        }
        // Longer than before, so that its length tells nothing.
        var another = new TestLog("membership").AddUntil(5);
        await using var restarted = new TestWorker(databases, logs: another);

        var refused = await Assert.ThrowsAsync<ApiException>(restarted.LookAsync);

        Assert.Contains(log.Id, refused.Message, StringComparison.Ordinal);
        Assert.Contains(another.Id, refused.Message, StringComparison.Ordinal);
        Assert.Empty(another.Read);
        // Nor is a report built from what it says.
        await Assert.ThrowsAsync<ApiException>(() => restarted.CatchUpBarrier.WaitAsync(DateTimeOffset.UtcNow, Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_OlderCopyWhoseNewChangesCameOverTheBus_IsRefused(string engine)
    {
        var log = new TestLog("membership").AddUntil(5);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using (var worker = new TestWorker(databases, logs: log))
        {
            await worker.LookAsync();
            await worker.LookAsync();
        }
        // It was restored while the worker was stopped, and has recorded more than was lost.
        var copy = new TestLog("membership") { Id = log.Id }.AddUntil(3);
        copy.Add("instead-4");
        copy.Add("instead-5");
        copy.AddUntil(8);
        await using var restarted = new TestWorker(databases, logs: copy);
        await restarted.StartingAsync();
        await restarted.History.AddAsync(copy.Consumed.Where(c => c.Position > 3), Cancel);

        var refused = await Assert.ThrowsAsync<ApiException>(restarted.LookAsync);

        Assert.Contains("is an older copy", refused.Message, StringComparison.Ordinal);
        // Its last change is now one that the copy has, too: it is refused none the less.
        await using var again = new TestWorker(databases, logs: copy);
        await again.StartingAsync();
        refused = await Assert.ThrowsAsync<ApiException>(again.LookAsync);
        Assert.Contains("was found to be an older copy", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_FeedThatFallsSilent_IsLeftAndAskedAgain()
    {
        var log = new TestLog("membership").AddUntil(10);
        log.SilentAfter = 4;
        await using var databases = await TestDatabases.CreateAsync("sqlite");
        await using var worker = new TestWorker(databases, logs: log);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(worker.LookAsync);
        await worker.LookAsync();

        Assert.Equal(Enumerable.Range(1, 10).Select(p => (long)p), await worker.PositionsAsync("membership"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_LogThatMovesOn_IsLeftToTheBus(string engine)
    {
        var log = new TestLog("membership").AddUntil(10);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: log);
        foreach (var change in log.Consumed)
        {
            await worker.History.AddAsync([change], Cancel);
            await worker.LookAsync();
        }

        // Only to see, at the first look, that the log has the change that the projection has.
        Assert.Equal([1], log.Read);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_NewProjectionWhileLiveChangesArrive_HasNoGapAtTheSeam(string engine)
    {
        var log = new TestLog("membership").AddUntil(5000);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: log);
        // While the log is read, the bus brings what is newer; one of those it loses.
        log.AfterRead = async position =>
        {
            if (position % 500 != 0 || log.Changes.Count >= 5005)
                return;
            var live = log.Add($"live{position}");
            if (live.Metadata.Position != 5003)
                await worker.Writer.AddAsync(ConsumedChange.Of("membership", live), Cancel);
        };

        await worker.LookAsync();
        await worker.LookAsync();
        await worker.LookAsync();

        Assert.Equal(Enumerable.Range(1, 5005).Select(p => (long)p), await worker.PositionsAsync("membership"));
        var position = await worker.Logs[0].PositionAsync(Cancel);
        Assert.Equal((5005, 5005, 5005), (position.Position, position.HighestPosition, position.LatestPosition));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_AnotherWorkerIsFurther_SkipsAhead(string engine)
    {
        var log = new TestLog("membership").AddUntil(30_000);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: log);
        log.AfterRead = position => position == 1 ? worker.History.AddAsync(log.Consumed.Take(29_000), Cancel) : Task.CompletedTask;

        await worker.LookAsync();

        Assert.Equal(30_000, (await worker.Logs[0].ReadAsync(Cancel)).Position);
        Assert.True(log.Read.Count < 20_000, $"{log.Read.Count} changes were read");
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Look_ChangesThatCannotBeTakenIn_BecomeDeadLettersAloneAndAreNotFetchedAgain(string engine)
    {
        var log = new TestLog("membership").AddUntil(20);
        log.Changes[6].Metadata.Kind = (ChangeKind)99;
        // The same version of the same resource as the change before it.
        log.Changes[11].Metadata.ResourceName = log.Changes[10].Metadata.ResourceName;
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: log);

        await worker.LookAsync();
        await worker.LookAsync();
        var read = log.Read.Count;
        await worker.LookAsync();
        await worker.LookAsync();

        Assert.Equal(read, log.Read.Count);
        Assert.Equal(Enumerable.Range(1, 20).Select(p => (long)p).Except([7, 12]), await worker.PositionsAsync("membership"));
        var letters = await worker.DeadLetters.ListAsync(discarded: false, "", 10, Cancel);
        Assert.Equal([(7, log.Changes[6].Metadata.ChangeId), (12, log.Changes[11].Metadata.ChangeId)],
            letters.Select(l => ((int)l.Position, l.ChangeId)));
        Assert.Equal("The change of \"participants/r7\" at position 7 of membership is of a kind that this version does not know (99).",
            letters[0].Reason);
        Assert.Equal("The worker holds another change with version 1 of \"participants/r11\" than the one at position 12 of membership.",
            letters[1].Reason);
        // What waits for an operator is told as missing, and does not keep the worker from serving.
        Assert.Equal(6, (await worker.Logs[0].PositionAsync(Cancel)).Position);
        Assert.True(await worker.History.WasLevelAsync(["membership"], Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task WasLevel_ServicesAwayAfterwards_IsRemembered(string engine)
    {
        var log = new TestLog("membership").AddUntil(5);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using (var worker = new TestWorker(databases, logs: log))
        {
            Assert.False(await worker.History.WasLevelAsync(["membership"], Cancel));
            await worker.LookAsync();
            await worker.LookAsync();
        }
        log.IsAway = true;
        await using var restarted = new TestWorker(databases, logs: log);

        Assert.True(await restarted.History.WasLevelAsync(["membership"], Cancel));
        Assert.False(await restarted.History.WasLevelAsync(["membership", "meetings"], Cancel));
        // And a report is built from what there is.
        await restarted.CatchUpBarrier.WaitAsync(DateTimeOffset.UtcNow, Cancel);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Projection_Next_IsFilledBesideTheOldOneWhichServesOn(string engine)
    {
        var log = new TestLog("membership").AddUntil(50);
        await using var databases = await TestDatabases.CreateAsync(engine);
        IReadOnlyList<string> rows;
        await using var next = new TestWorker(databases, Projection.Number + 1, log);
        await using (var old = new TestWorker(databases, logs: log))
        {
            await old.LookAsync();
            await old.LookAsync();
            rows = await old.RowsAsync("version");

            await Projection.MigrateAsync(databases.Configuration, Cancel, Projection.Number + 1);

            Assert.False(await next.History.WasLevelAsync(["membership"], Cancel));
            Assert.True(await old.History.WasLevelAsync(["membership"], Cancel));
            Assert.Equal(rows, await old.RowsAsync("version"));
            await next.LookAsync();
            await next.LookAsync();
            Assert.True(await next.History.WasLevelAsync(["membership"], Cancel));
            Assert.Equal(rows, await next.RowsAsync("version"));
        }

        // The one after it takes the place of the oldest.
        await Projection.MigrateAsync(databases.Configuration, Cancel, Projection.Number + 2);
        Assert.Equal(rows, await next.RowsAsync("version"));
        if (databases.Name is null)
        {
            Assert.Equal([$"reporting.projection-{Projection.Number + 1}.db", $"reporting.projection-{Projection.Number + 2}.db"],
                Directory.GetFiles(databases.Configuration["Data:Directory"]!, "reporting.projection-*.db").Select(Path.GetFileName)
                    .Order());
            return;
        }
        await using var gone = Projection.Open(databases.Configuration, Projection.Number);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Projection.Migrations(gone).CheckAsync(Cancel));
    }
}
