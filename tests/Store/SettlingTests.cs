using Npgsql;
using Platform.Common.V1;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Errors;
using Platform.Hosting.Versions;
using Platform.Membership.V1;
using Platform.Processes;

namespace Platform.Store.Tests;

/// <summary>
/// A log that is final up to a moment stays so: no write that was stamped by then is committed later, however writes and
/// settling interleave.
/// </summary>
public sealed class SettlingTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Write_StampedBeforeTheMomentAndNotYetWritten_IsRecordedAfterIt(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("a");
        var moment = DateTimeOffset.MinValue;
        // A stamp reads the clock for the day, then for itself.
        store.Clock.WhenRead(afterOthers: 1, stamp =>
        {
            moment = stamp.AddSeconds(1);
            store.Log.SettleAsync(moment, Cancel).GetAwaiter().GetResult();
        });

        var changed = await store.Records.ChangeAsync<Participant>("participants/a", "", TestStore.Request(),
            p => ChangeBasis.On(p.EffectiveDate), Cancel);

        Assert.NotEqual(DateTimeOffset.MinValue, moment);
        Assert.True(changed.RecordTime.ToDateTimeOffset() > moment, $"It is recorded at {changed.RecordTime}, settled is {moment:O}.");
        var stored = (await store.Log.HistoryAsync("participants/a", 0, 10, Cancel)).Rows[^1];
        Assert.Equal(changed.RecordTime.ToDateTimeOffset(), stored.RecordTime);
        Assert.Equal(changed.RecordTime, Participant.Parser.ParseFrom(stored.State).RecordTime);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Create_StampedBeforeTheMomentAndNotYetWritten_IsRecordedAfterIt(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        var moment = DateTimeOffset.MinValue;
        // A stamp reads the clock for the day, then for itself.
        store.Clock.WhenRead(afterOthers: 1, stamp =>
        {
            moment = stamp.AddSeconds(1);
            store.Log.SettleAsync(moment, Cancel).GetAwaiter().GetResult();
        });

        var created = await store.CreateAsync("a");

        Assert.NotEqual(DateTimeOffset.MinValue, moment);
        Assert.True(created.RecordTime.ToDateTimeOffset() > moment, $"It is recorded at {created.RecordTime}, settled is {moment:O}.");
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Settle_WhileManyWrite_NothingComesLaterThatWasRecordedByThen(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        var replica = store.ReplicaStore();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var written = new SemaphoreSlim(0);
        var writing = Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await (writer % 2 == 0 ? store.Records : replica).CreateAsync(TestStore.Of($"w{writer}-{i}"), TestStore.Request(),
                    Cancel);
                written.Release();
            }
        }, Cancel)).ToList();

        var settled = new List<(DateTimeOffset Moment, long Position)>();
        for (var i = 0; i < 25; i++)
        {
            // Of this moment, or just ahead, as where the clock of the one who asks is fast.
            var moment = store.Clock.Now.AddMilliseconds(i % 3 * 5);
            settled.Add((moment, await store.Records.SettleAsync(moment, Cancel)));
            // Writes go on between any two, however busy the machine is.
            for (var writes = 0; writes < 3; writes++)
                Assert.True(await written.WaitAsync(TimeSpan.FromSeconds(30), Cancel), "No write was made for 30 seconds.");
        }
        await stop.CancelAsync();
        await Task.WhenAll(writing);
        await store.Log.AssignPositionsAsync(Cancel);

        var changes = new List<ChangeRow>();
        while ((await store.Log.ReadAsync(changes.Count, 1000, Cancel)).Rows is { Count: > 0 } block)
            changes.AddRange(block);
        Assert.True(changes.Count > 50, $"Only {changes.Count} changes were written.");
        Assert.All(settled, s => Assert.DoesNotContain(changes, c => c.RecordTime <= s.Moment && c.Position > s.Position));
    }

    [Fact]
    public async Task Settle_WhileAWriteIsUnderWay_WaitsUntilItIsCommitted()
    {
        await using var store = await TestStore.OpenAsync("postgresql");
        await using var connection = (NpgsqlConnection)await store.Database.OpenConnectionAsync(Cancel);
        await using var slow = await connection.BeginTransactionAsync(Cancel);
        await using (var shared = new NpgsqlCommand($"select pg_advisory_xact_lock_shared({PostgresChangeLog.SettlingLock})", connection))
            await shared.ExecuteNonQueryAsync(Cancel);

        var settling = store.Records.SettleAsync(store.Clock.Now, Cancel);
        await Eventually.IsTrueAsync(async () =>
        {
            await using var command = store.Database.CreateCommand(
                "select exists (select from pg_locks where locktype = 'advisory' and not granted)");
            return await command.ExecuteScalarAsync(Cancel) is true;
        });
        Assert.False(settling.IsCompleted);

        await slow.CommitAsync(Cancel);
        await settling;
    }

    [Fact]
    public async Task Settle_WhileAWriteDoesNotEnd_IsRefusedAndOtherWritesGoOn()
    {
        await using var store = await TestStore.OpenAsync("postgresql");
        await using var connection = (NpgsqlConnection)await store.Database.OpenConnectionAsync(Cancel);
        await using var hung = await connection.BeginTransactionAsync(Cancel);
        await using (var shared = new NpgsqlCommand($"select pg_advisory_xact_lock_shared({PostgresChangeLog.SettlingLock})", connection))
            await shared.ExecuteNonQueryAsync(Cancel);

        var refused = await Assert.ThrowsAsync<ApiException>(() => store.Records.SettleAsync(store.Clock.Now, Cancel));

        Assert.Equal((ErrorReason.LimitExceeded, "settling"), (refused.Reason, refused.Metadata["limit"]));
        await store.CreateAsync("a");
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Settle_OfAnEarlierMoment_ChangesNothing(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        var moment = store.Clock.Now;
        await store.Log.SettleAsync(moment, Cancel);

        await store.Log.SettleAsync(moment.AddDays(-1), Cancel);

        Assert.Equal(moment, await store.Log.SettledUntilAsync(Cancel));
    }
}
