using System.Collections.Concurrent;
using Npgsql;
using Platform.Common.V1;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Databases;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Versions;
using Platform.Membership.V1;

namespace Platform.Store.Tests;

/// <summary>No reader with a position ever misses a change, however transactions interleave.</summary>
public sealed class ChangeLogTests
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Log_ChangeCommittedAfterLaterOnesWereRead_IsNotMissed()
    {
        await using var store = await TestStore.OpenAsync("postgresql");

        // The first writer takes its id, and does not commit yet.
        await using var connection = (NpgsqlConnection)await store.Database.OpenConnectionAsync(Cancel);
        await using var slow = await connection.BeginTransactionAsync(Cancel);
        await InsertChangeAsync(connection, slow, "participants/slow");
        await store.CreateAsync("quick");

        Assert.Equal(1, await store.Records.LatestPositionAsync(Cancel));
        Assert.Equal(["participants/quick"], await NamesAfterAsync(store, 0));

        await slow.CommitAsync(Cancel);
        await store.CreateAsync("last");

        Assert.Equal(3, await store.Records.LatestPositionAsync(Cancel));
        Assert.Equal(["participants/slow", "participants/last"], await NamesAfterAsync(store, 1));
    }

    [Fact]
    public async Task Log_TransactionThatIsRolledBack_LeavesNoGap()
    {
        await using var store = await TestStore.OpenAsync("postgresql");
        await using var connection = (NpgsqlConnection)await store.Database.OpenConnectionAsync(Cancel);
        await using (var failed = await connection.BeginTransactionAsync(Cancel))
        {
            await InsertChangeAsync(connection, failed, "participants/failed");
            await failed.RollbackAsync(Cancel);
        }
        await store.CreateAsync("a");
        await store.CreateAsync("b");

        await store.Log.AssignPositionsAsync(Cancel);

        Assert.Equal([1L, 2L], (await store.Log.ReadAsync(0, 10, Cancel)).Rows.Select(c => c.Position));
    }

    [Theory, InlineData("sqlite", 40), InlineData("postgresql", 200)]
    public async Task Feed_WhileManyWrite_GivesEachChangeOnceInOrderWithoutGaps(string engine, int changesOfEach)
    {
        const int Writers = 8;
        await using var store = await TestStore.OpenAsync(engine);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        stop.CancelAfter(TimeSpan.FromMinutes(2));
        await store.PositionAssigner.StartAsync(stop.Token);

        var writing = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            await store.CreateAsync($"w{writer}");
            for (var i = 1; i < changesOfEach; i++)
            {
                await store.Records.ChangeAsync<Participant>($"participants/w{writer}", "", TestStore.Request(),
                    p => ChangeBasis.On(p.EffectiveDate),
                    stop.Token);
            }
        }, stop.Token)).ToList();
        var seen = new List<ChangeRow>();
        await foreach (var (change, _, _) in store.Feed.FollowAsync(new(0), [], "", Viewer.Platform, false, Never, stop.Token))
        {
            if (change is not null)
                seen.Add(change);
            if (seen.Count == Writers * changesOfEach)
                break;
        }
        await Task.WhenAll(writing);

        Assert.Equal(Enumerable.Range(1, Writers * changesOfEach).Select(i => (long)i), seen.Select(c => c.Position));
        // A change of a resource never comes before an older one of the same resource.
        Assert.All(seen.GroupBy(c => c.ResourceName),
            g => Assert.Equal(Enumerable.Range(1, changesOfEach).Select(i => (long)i), g.Select(c => c.Version)));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_FromAPosition_ResumesRightAfterIt(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "a", "b", "c" })
            await store.CreateAsync(id);

        var items = new List<(ChangeRow? Change, long Position, string LogId)>();
        await foreach (var item in store.Feed.FollowAsync(new(1), [], "", Viewer.Platform, false, Never, Cancel))
        {
            items.Add(item);
            if (item.Change is null)
                break;
        }

        Assert.Equal(["participants/b", "participants/c", null], items.Select(i => i.Change?.ResourceName));
        Assert.Equal(3, items[^1].Position);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_OfAnotherType_MovesOnWithoutChanges(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("a");

        await foreach (var (change, position, _) in store.Feed.FollowAsync(new(0), ["StandingStep"], "", Viewer.Platform, false, Never,
            Cancel))
        {
            Assert.Null(change);
            Assert.Equal(1, position);
            break;
        }
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_BeyondTheEndOrOfAnUnknownType_IsRefused(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);

        async Task<ErrorReason> ReasonAsync(long after, params string[] types) =>
            (await Assert.ThrowsAsync<ApiException>(async () => await store.Feed.FollowAsync(new(after), types, "", Viewer.Platform, false,
                Never, Cancel)
                .GetAsyncEnumerator(Cancel).MoveNextAsync())).Reason;

        Assert.Equal(ErrorReason.PositionOutOfRange, await ReasonAsync(1));
        Assert.Equal(ErrorReason.FieldInvalid, await ReasonAsync(0, "Nonsense"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_FromNow_GivesOnlyWhatComesAfterwards(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.PositionAssigner.StartAsync(Cancel);
        await store.CreateAsync("before");
        await using var feed = store.Feed.FollowAsync(new(FromNow: true), [], "", Viewer.Platform, false, Never,
            Cancel).GetAsyncEnumerator(Cancel);

        Assert.True(await feed.MoveNextAsync());
        Assert.Equal((null, 1L), (feed.Current.Change, feed.Current.Position));
        await store.CreateAsync("after");

        Assert.Equal("participants/after", await NextChangeAsync(feed));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_FromATime_GivesEveryChangeRecordedFromThenOn(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        var start = store.Clock.Now;
        for (var i = 0; i < 40; i++)
        {
            store.Clock.Now = start.AddHours(i);
            await store.CreateAsync($"hour-{i}");
        }
        // The clock of another replica is behind: a later position with an earlier time, and the other way round.
        store.Clock.Now = start.AddHours(30).AddMinutes(-2);
        await store.CreateAsync("behind");
        await store.Log.AssignPositionsAsync(Cancel);

        Assert.Equal([.. Enumerable.Range(30, 10).Select(i => $"participants/hour-{i}")], await NamesFromAsync(store, start.AddHours(30)));
        Assert.Equal(["participants/hour-39"], await NamesFromAsync(store, start.AddHours(39)));
        Assert.Equal(41, (await NamesFromAsync(store, start.AddDays(-1))).Count);
        Assert.Equal(41, (await NamesFromAsync(store, DateTimeOffset.MinValue)).Count);
        Assert.Empty(await NamesFromAsync(store, start.AddDays(9)));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_FromATimeNearWhichTheClocksOfReplicasDiffer_LeavesNothingOut(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        var start = store.Clock.Now;
        foreach (var (id, minutes) in new[] { ("ahead", 4), ("behind", 2), ("later", 5) })
        {
            store.Clock.Now = start.AddMinutes(minutes);
            await store.CreateAsync(id);
        }
        await store.Log.AssignPositionsAsync(Cancel);

        Assert.Equal(["participants/ahead", "participants/later"], await NamesFromAsync(store, start.AddMinutes(3)));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_OfAParticipant_GivesWhatNamesItAndWhatBelongsToThat(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");
        await store.CreateAsync("idn-2");
        await store.CreateStepAsync("participants/idn/standingSteps/one", "bodies/ahg");
        await store.CreateStepAsync("participants/idn-2/standingSteps/one", "bodies/ahg");
        await store.CreateStepAsync("participants/idn-2/standingSteps/two", "bodies/ahg", decidedBy: "participants/idn");
        // That it is named no longer concerns it too.
        await store.Records.ChangeAsync<StandingStep>("participants/idn-2/standingSteps/two", "", TestStore.Request(),
            s =>
            {
                s.DecidingBody = "";
                return TestStore.Basis(s);
            }, Cancel);
        await store.Log.AssignPositionsAsync(Cancel);

        Assert.Equal(
            ["participants/idn", "participants/idn/standingSteps/one", "participants/idn-2/standingSteps/two",
                "participants/idn-2/standingSteps/two"],
            await NamesAsync(store, new(0), "participants/idn"));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_FromAPositionThatIsGone_IsRefusedAndSaysWhereToStart(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "a", "b", "c" })
            await store.CreateAsync(id);
        await store.Log.AssignPositionsAsync(Cancel);
        // An operator has moved old changes to an archive.
        var log = engine == "sqlite" ? "change" : "change_position";
        await using (var command = store.Database.CreateCommand($"delete from {log} where position <= 2"))
            await command.ExecuteNonQueryAsync(Cancel);

        var gone = await Assert.ThrowsAsync<ApiException>(() => NamesAsync(store, new(0), ""));

        Assert.Equal(ErrorReason.PositionOutOfRange, gone.Reason);
        Assert.Equal(("0", "2"), (gone.Metadata["position"], gone.Metadata["earliest_position"]));
        Assert.Contains("follow from after_position 2", gone.Message, StringComparison.Ordinal);
        Assert.Equal(["participants/c"], await NamesAsync(store, new(2), ""));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_OfAnotherLog_IsRefusedNamingTheOneThatIsHere(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("a");

        var refused = await Assert.ThrowsAsync<ApiException>(() => NamesAsync(store, new(0, LogId: "another"), ""));

        Assert.Equal(ErrorReason.LogReplaced, refused.Reason);
        var logId = refused.Metadata["log_id"];
        Assert.Equal(await store.Records.LogIdAsync(Cancel), logId);
        Assert.Equal(["participants/a"], await NamesAsync(store, new(0, LogId: logId), ""));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Feed_WhenTheTokenExpires_EndsWithThePositionToResumeFrom(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("a");
        await store.Log.AssignPositionsAsync(Cancel);
        // By the system's clock, which the feed has here.
        var expires = TimeProvider.System.GetUtcNow().AddSeconds(1);

        var positions = new List<long>();
        var ended = await Assert.ThrowsAsync<ApiException>(async () =>
        {
            await foreach (var (_, position, _) in store.Feed.FollowAsync(new(FromBeginning: true), [], "", Viewer.Platform, false,
                expires, Cancel))
            {
                positions.Add(position);
            }
        });

        Assert.Equal((ErrorReason.TokenInvalid, "1"), (ended.Reason, ended.Metadata["position"]));
        Assert.Equal(1, positions[^1]);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Pull_PageByPage_GivesWhatTheFeedGives(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "a", "b", "c", "d", "e" })
            await store.CreateAsync(id);
        await store.CreateStepAsync("participants/a/standingSteps/one", "bodies/ahg");
        await store.Log.AssignPositionsAsync(Cancel);

        var (names, start, more) = (new List<string>(), new FeedStart(FromBeginning: true), true);
        for (var calls = 0; more; calls++)
        {
            Assert.InRange(calls, 0, 3);
            var page = await store.Feed.PullAsync(start, ["Participant"], "", Viewer.Platform, 2, Cancel);
            names.AddRange(page.Changes.Select(c => c.ResourceName));
            (start, more) = (new FeedStart(page.Position, LogId: page.LogId), page.More);
        }

        Assert.Equal(["participants/a", "participants/b", "participants/c", "participants/d", "participants/e"], names);
        Assert.Equal(6, start.AfterPosition);
        Assert.Empty((await store.Feed.PullAsync(start, [], "", Viewer.Platform, 0, Cancel)).Changes);
        Assert.Equal(6, (await store.Feed.PullAsync(new(FromNow: true), [], "", Viewer.Platform, 0, Cancel)).Position);
    }

    [Fact]
    public void FeedStart_WithoutAnyOrAPositionWithoutItsLog_IsRefused()
    {
        Assert.Equal(["start"], FieldsOf(() => FeedStart.Of(null, null, false, false, "")));
        Assert.Equal(["log_id"], FieldsOf(() => FeedStart.Of(3, null, false, false, "")));
        Assert.Equal(["after_position"], FieldsOf(() => FeedStart.Of(-1, null, false, false, "log")));
        Assert.Equal(new FeedStart(3, LogId: "log"), FeedStart.Of(3, null, false, false, "log"));
        Assert.Equal(new FeedStart(FromNow: true), FeedStart.Of(null, null, true, false, ""));

        static IEnumerable<string> FieldsOf(Action make) => Assert.Throws<ApiException>(make).Violations.Select(v => v.Field);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Relay_PublishFails_PublishesTheSameAgain(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "a", "b", "c" })
            await store.CreateAsync(id);
        await store.Log.AssignPositionsAsync(Cancel);
        var published = new List<string>();

        await Assert.ThrowsAsync<TimeoutException>(() => store.Log.RelayAsync(2, _ => throw new TimeoutException(), Cancel));
        var counts = new List<int?>();
        for (var i = 0; i < 3; i++)
            counts.Add((await store.Log.RelayAsync(2, rows => Note(published, rows), Cancel))?.Rows.Count);

        Assert.Equal([2, 1, 0], counts);
        Assert.Equal(["participants/a", "participants/b", "participants/c"], published);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Relay_SecondWhileOneIsAtIt_StandsBack(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("a");
        await store.Log.AssignPositionsAsync(Cancel);
        var published = new ConcurrentBag<string>();

        var outer = await store.Log.RelayAsync(10, async rows =>
        {
            published.Add(rows[0].ResourceName);
            Assert.Null(await store.Replica().RelayAsync(10, _ => throw new InvalidOperationException("Two at once."), Cancel));
        }, Cancel);

        Assert.Equal(1, outer?.Rows.Count);
        Assert.Single(published);
    }

    [Fact]
    public async Task Relay_HolderIsGone_AnotherTakesOverAndTheOldOneMovesNothing()
    {
        await using var store = await TestStore.OpenAsync("postgresql");
        var (first, second) = (store.Log, store.Replica());
        await store.CreateAsync("a");
        await store.Log.AssignPositionsAsync(Cancel);
        var published = new List<string>();

        // The first hangs while it publishes, until after the end of its lease.
        var late = await first.RelayAsync(10, async _ =>
        {
            await EndLeaseAsync(store);
            await store.CreateAsync("b");
            await store.Log.AssignPositionsAsync(Cancel);
            Assert.Equal(2, (await second.RelayAsync(10, rows => Note(published, rows), Cancel))?.Rows.Count);
        }, Cancel);

        Assert.Null(late);
        Assert.Equal(["participants/a", "participants/b"], published);
        Assert.Equal(new LogStatus(2, 2, null), await store.Log.StatusAsync(Cancel));
    }

    [Fact]
    public async Task Relay_HolderStops_AnotherNeedNotWaitForTheLease()
    {
        await using var store = await TestStore.OpenAsync("postgresql");
        var (first, second) = (store.Log, store.Replica());

        Assert.Equal(0, (await first.RelayAsync(10, _ => Task.CompletedTask, Cancel))?.Rows.Count);
        Assert.Null(await second.RelayAsync(10, _ => Task.CompletedTask, Cancel));
        await first.ReleaseRelayAsync(Cancel);

        Assert.Equal(0, (await second.RelayAsync(10, _ => Task.CompletedTask, Cancel))?.Rows.Count);
        Assert.Null(await first.RelayAsync(10, _ => Task.CompletedTask, Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Status_TellsWhatWaits(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        Assert.Equal(new LogStatus(0, 0, null), await store.Log.StatusAsync(Cancel));
        var first = await store.CreateAsync("a");
        var second = await store.CreateAsync("b");
        await store.Log.AssignPositionsAsync(Cancel);

        Assert.Equal(new LogStatus(2, 0, first.RecordTime.ToDateTimeOffset()), await store.Log.StatusAsync(Cancel));
        await store.Log.RelayAsync(1, _ => Task.CompletedTask, Cancel);
        Assert.Equal(new LogStatus(2, 1, second.RecordTime.ToDateTimeOffset()), await store.Log.StatusAsync(Cancel));
    }

    private static Task Note(List<string> published, IEnumerable<ChangeRow> rows)
    {
        published.AddRange(rows.Select(r => r.ResourceName));
        return Task.CompletedTask;
    }

    private static async Task EndLeaseAsync(TestStore store)
    {
        await using var command = store.Database.CreateCommand("update log_reader set lease_until = now() - interval '1 second'");
        await command.ExecuteNonQueryAsync(Cancel);
    }

    // What a feed gives until its first heartbeat.
    private static async Task<List<string>> NamesAsync(TestStore store, FeedStart start, string concerning)
    {
        var names = new List<string>();
        await foreach (var (change, _, _) in store.Feed.FollowAsync(start, [], concerning, Viewer.Platform, false, Never, Cancel))
        {
            if (change is null)
                break;
            names.Add(change.ResourceName);
        }
        return names;
    }

    private static Task<List<string>> NamesFromAsync(TestStore store, DateTimeOffset time) =>
        NamesAsync(store, new(FromTime: Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(time)), "");

    private static async Task<string> NextChangeAsync(IAsyncEnumerator<(ChangeRow? Change, long Position, string LogId)> feed)
    {
        while (await feed.MoveNextAsync())
        {
            if (feed.Current.Change is { } change)
                return change.ResourceName;
        }
        throw new InvalidOperationException("The feed ended.");
    }

    private static async Task InsertChangeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string name)
    {
        await using var command = new NpgsqlCommand("""
            with unnumbered as (insert into change_unnumbered default values returning id)
            insert into change (id, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time,
                actor, request_id, request_hash, state, corrected_version, reason, is_current)
            select id, gen_random_uuid(), $1, 'Participant', 1, 1, '2013-03-05', now(), 'officer-1', '', '', '', 0, '', true
            from unnumbered
            """, connection, transaction)
        {
            Parameters = { new() { Value = name } },
        };
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task<IEnumerable<string>> NamesAfterAsync(TestStore store, long position) =>
        (await store.Log.ReadAsync(position, 10, Cancel)).Rows.Select(c => c.ResourceName);
}
