using Npgsql;
using Platform.Common.V1;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Databases;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Resources;
using Platform.Hosting.Store;
using Platform.Hosting.Versions;
using Platform.Membership.V1;
using Platform.Processes;

namespace Platform.Store.Tests;

public sealed class ResourceStoreTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_NewName_IsStoredWithVersionEtagAndTime(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);

        var created = await store.CreateAsync("idn");
        var read = await store.Records.GetAsync<Participant>("participants/idn", ReadRequest.Now, Cancel);

        Assert.Equal(created, read);
        Assert.Equal((1L, "1"), (read.Version, read.Etag));
        Assert.Equal(2022, read.RecordTime.ToDateTime().Year);
    }

    [Fact]
    public async Task Read_OfACallerWhoGivesUpMeanwhile_IsNotCancelledInTheDatabase()
    {
        await using var store = await TestStore.OpenAsync("postgresql");
        var created = await store.CreateAsync("idn");
        await using var connection = (NpgsqlConnection)await store.Database.OpenConnectionAsync(Cancel);
        await using var lockedOut = await connection.BeginTransactionAsync(Cancel);
        await using (var take = new NpgsqlCommand("lock table record in access exclusive mode", connection))
            await take.ExecuteNonQueryAsync(Cancel);
        using var gaveUp = new CancellationTokenSource();
        var reading = store.Records.GetAsync<Participant>("participants/idn", ReadRequest.Now, gaveUp.Token);
        await Eventually.IsTrueAsync(async () =>
        {
            await using var command = store.Database.CreateCommand("select exists (select from pg_locks where not granted)");
            return await command.ExecuteScalarAsync(Cancel) is true;
        });

        await gaveUp.CancelAsync();
        await lockedOut.RollbackAsync(Cancel);

        Assert.Equal(created, await reading);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.Records.GetAsync<Participant>("participants/idn", ReadRequest.Now, gaveUp.Token));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_TakenName_IsRefusedAndChangesNothing(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");

        var refusal = await Assert.ThrowsAsync<ApiException>(() => store.CreateAsync("idn"));

        Assert.Equal(ErrorReason.ResourceExists, refusal.Reason);
        Assert.Equal("participants/idn", refusal.Metadata["resource"]);
        Assert.Equal(1, await store.Records.LatestPositionAsync(Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_SameRequestIdTwice_GivesTheFirstAnswerOnce(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);

        var first = await store.CreateAsync("idn", "request-1");
        var second = await store.CreateAsync("idn", "request-1");

        Assert.Equal(first, second);
        Assert.Equal(1, await store.Records.LatestPositionAsync(Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_RequestIdOfAnotherRequest_IsRefused(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn", "request-1");

        var refusal = await Assert.ThrowsAsync<ApiException>(() => store.CreateAsync("aus", "request-1"));

        Assert.Equal(ErrorReason.RequestIdReused, refusal.Reason);
        Assert.Null(await store.Records.FindAsync<Participant>("participants/aus", ReadRequest.Now, Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_SameRequestIdOfAnotherActor_IsAnotherRequest(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn", "request-1");

        await store.Records.CreateAsync(TestStore.Of("aus"), TestStore.Request("request-1", "aus", actor: "officer-2"), Cancel);

        Assert.Equal(2, await store.Records.LatestPositionAsync(Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_ManyAtOnceWithOneRequestId_GiveOneEffectAndOneAnswer(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(_ => Task.Run(() => store.CreateAsync("idn", "request-1"), Cancel)));

        Assert.Single(answers.Distinct());
        Assert.Equal(1, await store.Records.LatestPositionAsync(Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_WithoutItsParent_IsRefusedAndLeavesNothing(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        var step = new StandingStep { Name = "participants/idn/standingSteps/member", Body = "bodies/ahg", EffectiveDate = "2013-03-05" };

        var refusal = await Assert.ThrowsAsync<ApiException>(() => store.Records.CreateAsync(step, TestStore.Request(), Cancel));

        Assert.Equal(ErrorReason.ReferenceNotFound, refusal.Reason);
        Assert.Equal("participants/idn", refusal.Metadata["resource"]);
        Assert.Equal(0, await store.Records.LatestPositionAsync(Cancel));
    }

    [Theory]
    [InlineData("sqlite", "2022-12-08", true)]
    [InlineData("sqlite", "2022-12-09", false)]
    [InlineData("postgresql", "2022-12-08", true)]
    [InlineData("postgresql", "2022-12-09", false)]
    public async Task Create_FromADayInTheFuture_IsRefusedButForTomorrow(string engine, string day, bool isRecorded)
    {
        await using var store = await TestStore.OpenAsync(engine);
        store.Clock.Now = new DateTimeOffset(2022, 12, 7, 9, 0, 0, TimeSpan.Zero);
        var participant = TestStore.Of("idn");
        participant.EffectiveDate = day;

        var refusal = await Record.ExceptionAsync(() => store.Records.CreateAsync(participant, TestStore.Request(), Cancel));

        // A day ahead of UTC is today for whoever lives east of it.
        Assert.Equal(isRecorded, refusal is null);
        Assert.Equal(isRecorded ? 1 : 0, await store.Records.LatestPositionAsync(Cancel));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Change_WhileTheClockIsSetBack_IsRecordedAfterTheVersionBefore(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        var first = await store.CreateAsync("idn");
        store.Clock.Now -= TimeSpan.FromHours(1);

        var second = await store.Records.ChangeAsync<Participant>("participants/idn", "", TestStore.Request(), p => Rename(p, "Indonesia"),
            Cancel);

        Assert.Equal(first.RecordTime.ToDateTimeOffset().AddMicroseconds(1), second.RecordTime.ToDateTimeOffset());
        var before = await store.Records.FindAsync<Participant>("participants/idn",
            Reading(new BitemporalPoint(null, first.RecordTime.ToDateTimeOffset())), Cancel);
        Assert.Equal(1, before!.Version);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task List_OfMoreThanAThousand_HasAThousandOnAPage(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        for (var i = 0; i < 1003; i++)
            await store.CreateAsync($"p{i}");
        var request = new ListParticipantsRequest();

        var first = await store.Records.ListAsync<Participant>(request, int.MaxValue, "", ReadRequest.Now, [], Cancel);
        var second = await store.Records.ListAsync<Participant>(request, int.MaxValue, first.NextPageToken, ReadRequest.Now, [], Cancel);

        Assert.Equal((1000, 3, ""), (first.Items.Count, second.Items.Count, second.NextPageToken));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task List_AsOfADayWithARareFilter_FindsAllAcrossBlocksAndPages(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        for (var i = 0; i < 1203; i++)
            await store.CreateAsync($"p{i:0000}");
        var request = new ListParticipantsRequest { IsoCode = "rare" };
        var asOf = new BitemporalPoint(new DateOnly(2013, 3, 5), null);
        string[] rare = ["P0007", "P0600", "P1202"];

        var found = new List<string>();
        foreach (var code in rare)
        {
            found.AddRange((await store.Records.ListAsync<Participant>(request, 1, "", Reading(asOf), [new("iso-code", code)], Cancel))
                .Items.Select(p => p.IsoCode));
        }
        var all = await store.Records.ListAsync<Participant>(request, 1000, "", Reading(asOf), [], Cancel);

        Assert.Equal(rare, found);
        Assert.Equal(1000, all.Items.Count);
        Assert.NotEmpty(all.NextPageToken);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Change_StaleEtag_IsRefused(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");
        await store.Records.ChangeAsync<Participant>("participants/idn", "1", TestStore.Request(), p => Rename(p, "Indonesia"), Cancel);

        var refusal = await Assert.ThrowsAsync<ApiException>(() =>
            store.Records.ChangeAsync<Participant>("participants/idn", "1", TestStore.Request(), p => Rename(p, "Other"), Cancel));

        Assert.Equal(ErrorReason.EtagStale, refusal.Reason);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Change_ManyAtOnceWithoutEtag_AllTakeEffect(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() =>
            store.Records.ChangeAsync<Participant>("participants/idn", "", TestStore.Request(), p => Rename(p, $"name {i}"), Cancel),
                Cancel)));

        var read = await store.Records.GetAsync<Participant>("participants/idn", ReadRequest.Now, Cancel);
        Assert.Equal(7, read.Version);
        Assert.Equal(6, read.Names.Count);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Change_RepeatedWithItsRequestId_GivesTheFirstAnswerEvenIfTheRuleWouldRefuseNow(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");
        ChangeBasis? Once(Participant p) => p.Names.Count == 0 ? Rename(p, "Indonesia") : throw ApiError.RuleViolated(Rule.OriginRepeated,
            "It has a name.");

        var first = await store.Records.ChangeAsync<Participant>("participants/idn", "", TestStore.Request("request-2"), Once, Cancel);
        var second = await store.Records.ChangeAsync<Participant>("participants/idn", "", TestStore.Request("request-2"), Once, Cancel);

        Assert.Equal(first, second);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Change_BeforeTheVersionThatIsThere_IsRefused(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");

        var refusal = await Assert.ThrowsAsync<ApiException>(() =>
            store.Records.ChangeAsync<Participant>("participants/idn", "", TestStore.Request(), _ => ChangeBasis.On("2013-03-04"), Cancel));

        Assert.Equal(ErrorReason.RuleViolated, refusal.Reason);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Read_OnBothClocks_TellsWhatWasTrueThenAsKnownThen(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("are");
        await store.Records.ChangeAsync<Participant>("participants/are", "", TestStore.Request(),
            p => Rename(p, "changed in 2014", "2014-01-01"), Cancel);
        var beforeCorrection = store.Clock.Now;
        await store.Records.ChangeAsync<Participant>("participants/are", "", TestStore.Request(), p => Rename(p, "corrected", ""), Cancel);

        Task<Participant?> At(string asOf, DateTimeOffset? knownAt = null) =>
            store.Records.FindAsync<Participant>("participants/are", Reading(new BitemporalPoint(DateOnly.Parse(asOf, null), knownAt)),
                Cancel);

        Assert.Null(await At("2013-03-04"));
        Assert.Equal(1, (await At("2013-12-31"))!.Version);
        Assert.Equal(3, (await At("2014-01-01"))!.Version);
        Assert.Equal(2, (await At("2014-01-01", beforeCorrection))!.Version);
        Assert.Null(await At("2014-01-01", DateTimeOffset.UnixEpoch));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task List_PageByPage_ReturnsEachOnceInOrder(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "d", "b", "e", "a", "c" })
            await store.CreateAsync(id);

        var names = new List<string>();
        var request = new ListParticipantsRequest { PageSize = 2 };
        do
        {
            var page = await store.Records.ListAsync<Participant>(request, request.PageSize, request.PageToken, ReadRequest.Now, [],
                Cancel);
            names.AddRange(page.Items.Select(p => p.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["participants/a", "participants/b", "participants/c", "participants/d", "participants/e"], names);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task List_TokenOfAnotherRequest_IsRefused(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "a", "b" })
            await store.CreateAsync(id);
        var page = await store.Records.ListAsync<Participant>(new ListParticipantsRequest(), 1, "", ReadRequest.Now, [], Cancel);

        foreach (var token in new[] { page.NextPageToken, "x", "%%%", page.NextPageToken + "A" })
        {
            var refusal = await Assert.ThrowsAsync<ApiException>(() =>
                store.Records.ListAsync<Participant>(new ListParticipantsRequest { KnownAs = "X" }, 1, token, ReadRequest.Now, [], Cancel));
            Assert.Equal(ErrorReason.PageTokenInvalid, refusal.Reason);
        }
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task List_Filters_MustAllHold(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "idn", "aus", "nzl" })
            await store.CreateAsync(id);

        async Task<List<string>> ListAsync(BitemporalPoint time, params IndexFilter[] filters) =>
            [.. (await store.Records.ListAsync<Participant>(new ListParticipantsRequest(), 0, "", Reading(time), filters,
                Cancel)).Items.Select(p => p.IsoCode)];

        foreach (var time in new[] { default, new BitemporalPoint(new DateOnly(2020, 1, 1), null) })
        {
            Assert.Equal(["AUS", "IDN", "NZL"], await ListAsync(time, new IndexFilter("kind", "State")));
            Assert.Equal(["IDN"], await ListAsync(time, new IndexFilter("kind", "State"), new IndexFilter("iso-code", "IDN")));
            Assert.Empty(await ListAsync(time, new IndexFilter("kind", "Partner"), new IndexFilter("iso-code", "IDN")));
            Assert.Equal(["AUS", "IDN"], await ListAsync(time, new IndexFilter("iso-code", ["IDN", "FJI", "AUS"])));
            Assert.Equal(["IDN"], await ListAsync(time, new IndexFilter("kind", "State"), new IndexFilter("iso-code", ["IDN", "FJI"])));
        }
    }

    [Theory]
    [InlineData("sqlite", 1, "2014-01-01", true)]
    [InlineData("sqlite", 1, "2014-01-02", false)]
    [InlineData("sqlite", 2, "2013-03-05", true)]
    [InlineData("sqlite", 2, "2013-03-04", false)]
    [InlineData("postgresql", 1, "2014-01-02", false)]
    public async Task Correct_DayOfAVersion_MayReachThatOfItsNeighbourAndNotPassIt(string engine, long version, string day, bool isAllowed)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");
        await store.Records.ChangeAsync<Participant>("participants/idn", "", TestStore.Request(), p => Rename(p, "New", "2014-01-01"),
            Cancel);

        Task<Participant> CorrectAsync() => store.Records.ChangeAsync<Participant>("participants/idn", "", TestStore.Request(), p =>
        {
            p.EffectiveDate = day;
            return ChangeBasis.Correcting(version, "It was another day.");
        }, Cancel, version);

        if (isAllowed)
            Assert.Equal(day, (await CorrectAsync()).EffectiveDate);
        else
            Assert.Equal("CORRECTION_OUT_OF_ORDER", (await Assert.ThrowsAsync<ApiException>(CorrectAsync)).Metadata["rule"]);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Read_LargeResources_TakesThemFromTheDatabaseInBlocks(string engine)
    {
        const int Count = 12;
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("p");
        for (var i = 1; i < Count; i++)
        {
            // Each version has the names of those before it too.
            await store.Records.ChangeAsync<Participant>("participants/p", "", TestStore.Request(),
                p => Rename(p, new string('x', 200_000), string.Create(null, $"2014-01-{i:00}")), Cancel);
        }
        await store.Log.AssignPositionsAsync(Cancel);

        var log = await BlocksAsync(async after => await store.Log.ReadAsync(after, 500, Cancel), row => row.Position, row => row.State);
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), log);
        var history = await BlocksAsync(async after => await store.Log.HistoryAsync("participants/p", after, 500, Cancel),
            row => row.Version, row => row.State);
        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), history);
        var versions = await store.Log.VersionsAsync(["participants/p"], Cancel);
        Assert.All(versions, version => Assert.Empty(version.State));
        List<ChangeRow> asked = [.. versions.OrderByDescending(v => v.Version)];
        var states = await store.Log.WithStatesAsync(asked, Cancel).ToListAsync(Cancel);
        Assert.Equal(asked.Select(v => v.Version), states.Select(v => v.Version));
        Assert.All(states, version => Assert.NotEmpty(version.State));
        var changes = new List<long>();
        var request = new ListChangesRequest { Name = "participants/p", PageSize = 1000 };
        do
        {
            var page = await store.Records.ListChangesAsync(request, request.Name, request.PageSize, request.PageToken, Cancel);
            Assert.InRange(page.Items.Sum(row => (long)row.State.Length), 0, 3 * 1024 * 1024);
            changes.AddRange(page.Items.Select(row => row.Version));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(history, changes);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task List_AsOfADayOfMoreThanIsExamined_GivesShortPagesThatGoOn(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        for (var i = 0; i < 1_200; i++)
            await store.CreateAsync(string.Create(null, $"p{i:0000}"));
        store.Records.MaxExamined = 500;
        var request = new ListParticipantsRequest { PageSize = 1000, AsOf = "2014-01-01" };
        var (names, sizes) = (new List<string>(), new List<int>());
        do
        {
            var page = await store.Records.ListAsync<Participant>(request, request.PageSize, request.PageToken,
                Reading(new BitemporalPoint(new DateOnly(2014, 1, 1), null)), [new IndexFilter("iso-code", ["XYZ"])], Cancel);
            sizes.Add(page.Items.Count);
            names.AddRange(page.Items.Select(p => p.Name));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Empty(names);
        Assert.True(sizes.Count > 1, "A rare filter was answered in one page.");
    }

    // Every key, read in blocks of which none has more than one row beyond the limit.
    private static async Task<List<long>> BlocksAsync(Func<long, Task<Block<ChangeRow>>> read, Func<ChangeRow, long> key,
        Func<ChangeRow, byte[]> state)
    {
        var (keys, more) = (new List<long>(), true);
        while (more)
        {
            (var rows, more) = await read(keys.LastOrDefault());
            Assert.InRange(rows.SkipLast(1).Sum(row => (long)state(row).Length), 0, Block.MaxBytes);
            keys.AddRange(rows.Select(key));
        }
        return keys;
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task List_LargeResources_FillsPagesThatClientsTake(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        for (var i = 0; i < 5; i++)
        {
            await store.CreateAsync($"p{i}");
            await store.Records.ChangeAsync<Participant>($"participants/p{i}", "", TestStore.Request(),
                p => Rename(p, new string('x', 1_000_000), "2014-01-01"), Cancel);
        }

        foreach (var time in new[] { default, new BitemporalPoint(new DateOnly(2020, 1, 1), null) })
        {
            var request = new ListParticipantsRequest { PageSize = 1000 };
            var (names, pages) = (new List<string>(), 0);
            do
            {
                var page = await store.Records.ListAsync<Participant>(request, request.PageSize, request.PageToken, Reading(time), [],
                    Cancel);
                Assert.InRange(page.Items.Sum(p => p.CalculateSize()), 1_000_000, 3 * 1024 * 1024);
                names.AddRange(page.Items.Select(p => p.Name));
                (request.PageToken, pages) = (page.NextPageToken, pages + 1);
            }
            while (request.PageToken.Length > 0);
            Assert.Equal(2, pages);
            Assert.Equal(5, names.Distinct().Count());
        }
        var refused = await Assert.ThrowsAsync<ApiException>(() => store.Records.BatchGetAsync<Participant>(
            [.. Enumerable.Range(0, 5).Select(i => $"participants/p{i}")], ReadRequest.Now, Cancel));
        Assert.Equal((ErrorReason.LimitExceeded, "answer_size"), (refused.Reason, refused.Metadata["limit"]));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task List_AfterAChange_FollowsTheNewValues(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");
        await store.Records.ChangeAsync<Participant>("participants/idn", "", TestStore.Request(), p =>
        {
            p.IsoCode = "XXX";
            return ChangeBasis.On("2020-01-01");
        }, Cancel);

        async Task<int> CountAsync(string isoCode, BitemporalPoint time) =>
            (await store.Records.ListAsync<Participant>(new ListParticipantsRequest(), 0, "", Reading(time), [new IndexFilter("iso-code",
                isoCode)],
                Cancel)).Items.Count;

        Assert.Equal((0, 1), (await CountAsync("IDN", default), await CountAsync("XXX", default)));
        var past = new BitemporalPoint(new DateOnly(2019, 1, 1), null);
        Assert.Equal((1, 0), (await CountAsync("IDN", past), await CountAsync("XXX", past)));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task BatchGet_KnownAndUnknown_AreTold(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");

        var (found, missing) = await store.Records.BatchGetAsync<Participant>(["participants/zzz", "participants/idn"], ReadRequest.Now,
            Cancel);

        Assert.Equal(["participants/idn"], found.Select(p => p.Name));
        Assert.Equal(["participants/zzz"], missing);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ListChanges_OfAResource_TellsWhoDidWhatWhen(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn", "request-1");
        await store.Records.ChangeAsync<Participant>("participants/idn", "", TestStore.Request("request-2"), p => Rename(p, "Indonesia"),
            Cancel);

        var changes = await store.Records.ListChangesAsync(new ListChangesRequest(), "participants/idn", 0, "", Cancel);

        Assert.Equal([(1L, ChangeKind.Created, "request-1"), (2L, ChangeKind.Corrected, "request-2")],
            changes.Items.Select(c => (c.Version, c.Kind, c.RequestId)));
        Assert.All(changes.Items, c => Assert.Equal("officer-1", c.Actor));
    }

    [Fact]
    public async Task Check_DatabaseThatWasNeverMigrated_SaysWhatToRun()
    {
        await using var store = await TestStore.OpenAsync("postgresql");
        await using (var drop = store.Database.CreateCommand("drop table schema_version"))
            await drop.ExecuteNonQueryAsync(Cancel);

        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => new SchemaMigrations(store.Database, "test",
            typeof(ResourceStore).Assembly).CheckAsync(Cancel));

        Assert.Contains("platform migrate", fault.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Database_OfAnotherStore_IsRefusedByNameAndLeftAsItIs(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");
        var another = new SchemaMigrations(store.Database, "meetings", typeof(ResourceStore).Assembly);

        foreach (var use in new[] { another.CheckAsync, another.MigrateAsync })
        {
            var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => use(Cancel));
            Assert.Contains("ConnectionStrings:meetings names the database of test", fault.Message, StringComparison.Ordinal);
        }
        await new SchemaMigrations(store.Database, "test", typeof(ResourceStore).Assembly).CheckAsync(Cancel);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Log_IsKnownByAnIdentityThatItsDatabaseKeeps(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await using var other = await TestStore.OpenAsync(engine);
        var id = await store.Records.LogIdAsync(Cancel);

        await new SchemaMigrations(store.Database, "test", typeof(ResourceStore).Assembly).MigrateAsync(Cancel);

        Assert.Equal(id, await store.Records.LogIdAsync(Cancel));
        Assert.NotEqual(id, await other.Records.LogIdAsync(Cancel));
    }

    private static ChangeBasis? Rename(Participant participant, string name, string changeDate = "")
    {
        participant.Names.Add(new DatedName { Text = name });
        return TestStore.Basis(participant, changeDate);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Read_AtTheRecordTimeOfAWrite_SeesItOnEveryReplica(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        var replica = store.ReplicaStore();
        for (var i = 0; i < 50; i++)
        {
            var written = await store.CreateAsync($"p{i}");
            var then = Reading(new BitemporalPoint(null, written.RecordTime.ToDateTimeOffset()));

            Assert.Equal(written, await replica.FindAsync<Participant>(written.Name, then, Cancel));
            Assert.Equal(written, await replica.FindAsync<Participant>(written.Name, ReadRequest.Now, Cancel));
        }
    }

    private static ReadRequest Reading(BitemporalPoint time) => new(time, Viewer.Platform);
}
