using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Platform.ChangeLog.V1;
using Platform.Common.V1;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Databases;
using Platform.Hosting.Errors;
using Platform.Hosting.Paging;
using Platform.Membership.V1;

namespace Platform.Store.Tests;

public sealed class DigestTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ListDigests_OfAResource_TellsWhatIsHeldAndWhatTheHistoryHolds(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");
        var renamed = await RenameAsync(store, "idn", "Indonesia", "2014-01-01");

        var digest = Assert.Single((await ListAsync(store)).Items);

        Assert.Equal(("participants/idn", "Participant", 2L, 2L),
            (digest.ResourceName, digest.ResourceType, digest.Version, digest.HistoryVersions));
        Assert.Equal(SHA256.HashData(renamed.ToByteArray()), digest.Sha256.ToByteArray());
        Assert.Equal(digest.Sha256, digest.NewestSha256);
        var history = store.Log.WithStatesAsync(await store.Log.VersionsAsync(["participants/idn"], Cancel), Cancel);
        Assert.Equal(HistoryHash(await history.ToListAsync(Cancel)),
            Convert.ToHexStringLower(digest.HistorySha256.Span));
    }

    [Fact]
    public async Task ListDigests_OfTheSameRecord_AreTheSameOnBothEngines()
    {
        await using var sqlite = await TestStore.OpenAsync("sqlite");
        await using var postgres = await TestStore.OpenAsync("postgresql");
        foreach (var store in new[] { sqlite, postgres })
        {
            await store.CreateAsync("idn");
            await store.CreateAsync("aus");
            await RenameAsync(store, "idn", "Indonesia");
        }

        Assert.Equal((await ListAsync(sqlite)).Items, (await ListAsync(postgres)).Items);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ListDigests_ByPages_AreAllInTheOrderOfTheirNamesAndEachOnce(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "b", "a-1", "a", "c", "a1", "d" })
            await store.CreateAsync(id);
        await RenameAsync(store, "b", "Second version of the last of a page");

        var (names, token) = (new List<string>(), "");
        for (var page = 0; page < 4; page++)
        {
            var answer = await ListAsync(store, size: 2, token);
            Assert.InRange(answer.Items.Count, 0, 2);
            names.AddRange(answer.Items.Select(d => d.ResourceName));
            token = answer.NextPageToken;
            if (token.Length == 0)
                break;
        }

        Assert.Equal("", token);
        Assert.Equal(["participants/a", "participants/a-1", "participants/a1", "participants/b", "participants/c", "participants/d"],
            names);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ListDigests_OfNames_AreTheirsByPages(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "a", "b", "c" })
            await store.CreateAsync(id);
        string[] names = ["participants/c", "participants/zzz", "no name\0", "participants/a", "participants/a"];

        var first = await ListAsync(store, size: 1, names: names);
        var second = await ListAsync(store, size: 2, first.NextPageToken, names);

        Assert.Equal(["participants/a"], first.Items.Select(d => d.ResourceName));
        Assert.Equal(["participants/c"], second.Items.Select(d => d.ResourceName));
        Assert.Equal("", second.NextPageToken);
        Assert.Equal((await ListAsync(store)).Items[0], first.Items[0]);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ListDigests_OfTooManyNames_IsRefused(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);

        var refused = await Assert.ThrowsAsync<ApiException>(() => ListAsync(store,
            names: [.. Enumerable.Range(0, 1001).Select(n => $"participants/p{n}")]));

        Assert.Equal(ErrorReason.LimitExceeded, refused.Reason);
        Assert.Empty((await ListAsync(store, names: [.. Enumerable.Range(0, 1000).Select(n => $"participants/p{n}")])).Items);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ListDigests_TokenOfAnotherRequest_IsRefused(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("a");
        await store.CreateAsync("b");
        var token = (await ListAsync(store, size: 1)).NextPageToken;

        var refused = await Assert.ThrowsAsync<ApiException>(() => ListAsync(store, size: 1, token, ["participants/b"]));

        Assert.Equal(ErrorReason.PageTokenInvalid, refused.Reason);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ListDigests_WhatOnlyOneOfTheTwoTablesHolds_Shows(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        foreach (var id in new[] { "aus", "idn", "nzl" })
            await store.CreateAsync(id);
        await RunAsync(store, "delete from record_key");
        await RunAsync(store, "delete from record where name = 'participants/aus'");
        await RunAsync(store, "delete from change where resource_name = 'participants/idn'");

        var digests = (await ListAsync(store)).Items;

        Assert.Equal(
            [("participants/aus", 0L, 1L), ("participants/idn", 1L, 0L), ("participants/nzl", 1L, 1L)],
            digests.Select(d => (d.ResourceName, d.Version, d.HistoryVersions)));
        Assert.All(digests, d => Assert.Equal("Participant", d.ResourceType));
        Assert.Empty(digests[0].Sha256);
        Assert.Empty(digests[1].NewestSha256);
        Assert.Equal("participants/aus", (await ListAsync(store, size: 1)).Items[0].ResourceName);
    }

    [Theory]
    [InlineData("sqlite", "update record set state = x'00' where name = 'participants/idn'", true, false)]
    [InlineData("postgresql", "update record set state = '\\x00' where name = 'participants/idn'", true, false)]
    [InlineData("sqlite", "update change set state = x'00' where resource_version = 2", false, true)]
    [InlineData("postgresql", "update change set state = '\\x00' where resource_version = 2", false, true)]
    [InlineData("sqlite", "update change set recorded_time = recorded_time + 1 where resource_version = 1", false, true)]
    [InlineData("postgresql", "update change set recorded_time = recorded_time + interval '1 microsecond' where resource_version = 1",
        false, true)]
    [InlineData("sqlite", "update change set kind = 4 - kind where resource_version = 1", false, true)]
    [InlineData("postgresql", "update change set effective_date = '2013-03-06' where resource_version = 1", false, true)]
    public async Task ListDigests_AnythingAltered_AltersTheHashOfWhatHoldsIt(string engine, string sql, bool held, bool history)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");
        await RenameAsync(store, "idn", "Indonesia");
        var before = (await ListAsync(store)).Items[0];

        await RunAsync(store, sql);
        var after = (await ListAsync(store)).Items[0];

        Assert.Equal((held, history), (before.Sha256 != after.Sha256, before.HistorySha256 != after.HistorySha256));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ListDigests_OfARetractedResource_HoldsNothingAtTheVersionOfItsRetraction(string engine)
    {
        await using var store = await TestStore.OpenAsync(engine);
        await store.CreateAsync("idn");
        await store.Records.RetractAsync("participants/idn", nameof(Participant), "", TestStore.Request(), "Recorded twice.", Cancel);

        var digest = Assert.Single((await ListAsync(store)).Items);

        Assert.Equal((2L, 2L), (digest.Version, digest.HistoryVersions));
        Assert.Equal((ByteString.Empty, ByteString.Empty), (digest.Sha256, digest.NewestSha256));
    }

    private static Task<Page<ResourceDigest>> ListAsync(TestStore store, int size = 0, string token = "", params string[] names) =>
        store.Records.ListDigestsAsync(new ListDigestsRequest { Names = { names } }, size, token, names, Cancel);

    private static Task<Participant> RenameAsync(TestStore store, string id, string name, string changeDate = "") =>
        store.Records.ChangeAsync<Participant>($"participants/{id}", "", TestStore.Request(), p =>
        {
            p.Names.Add(new DatedName { Text = name });
            return TestStore.Basis(p, changeDate);
        }, Cancel);

    private static async Task RunAsync(TestStore store, string sql)
    {
        await using var command = store.Database.CreateCommand(sql);
        Assert.True(await command.ExecuteNonQueryAsync(Cancel) > 0, $"Nothing was altered by: {sql}");
    }

    // Written out once more, from the definition.
    private static string HistoryHash(IEnumerable<ChangeRow> versions)
    {
        var all = new MemoryStream();
        foreach (var version in versions.OrderBy(v => v.Version))
        {
            var row = new byte[8 + 4 + 10 + 8 + 8];
            BinaryPrimitives.WriteInt64BigEndian(row, version.Version);
            BinaryPrimitives.WriteInt32BigEndian(row.AsSpan(8), (int)version.Kind);
            Encoding.UTF8.GetBytes(version.EffectiveDate.ToString("yyyy-MM-dd", null), row.AsSpan(12));
            BinaryPrimitives.WriteInt64BigEndian(row.AsSpan(22), (version.RecordTime - DateTimeOffset.UnixEpoch).Ticks / 10);
            BinaryPrimitives.WriteInt64BigEndian(row.AsSpan(30), version.CorrectedVersion);
            all.Write(row);
            all.Write(SHA256.HashData(version.State));
        }
        return Convert.ToHexStringLower(SHA256.HashData(all.ToArray()));
    }
}
