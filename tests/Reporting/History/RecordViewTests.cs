using Platform.Common.V1;
using Platform.Membership.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Tests.History;

public sealed class RecordViewTests
{
    private static readonly DateTimeOffset Later = TestRecord.Recorded.AddDays(1);

    [Fact]
    public void At_BeforeRecorded_KnowsNothing() =>
        Assert.Empty(Record(Version(1, ChangeKind.Created, "2011-01-01")).At("2020-01-01", TestRecord.Recorded.AddTicks(-1)).Participants);

    [Fact]
    public void At_BeforeEffective_DoesNotHold() =>
        Assert.Null(NameAt(Record(Version(1, ChangeKind.Created, "2011-01-02")), "2011-01-01"));

    [Fact]
    public void At_Changed_HoldsFromItsDayOn()
    {
        var record = Record(Version(1, ChangeKind.Created, "2011-01-01"), Version(2, ChangeKind.Changed, "2012-01-01"));

        Assert.Equal("v1", NameAt(record, "2011-12-31"));
        Assert.Equal("v2", NameAt(record, "2012-01-01"));
    }

    [Fact]
    public void At_Corrected_TakesThePlaceOnEveryDay()
    {
        var record = Record(Version(1, ChangeKind.Created, "2011-01-01"), Version(2, ChangeKind.Corrected, "2012-01-01", Later));

        Assert.Equal("v1", NameAt(record, "2013-01-01", TestRecord.Recorded));
        Assert.Equal("v2", NameAt(record, "2013-01-01", Later));
        Assert.Null(NameAt(record, "2011-06-01", Later));
    }

    [Theory]
    [InlineData(HandlingLevel.Public, null, HandlingLevel.Public)]
    [InlineData(HandlingLevel.Participants, "v1", HandlingLevel.Participants)]
    [InlineData(HandlingLevel.Secretariat, "v1", HandlingLevel.Participants)]
    public void At_HeldMoreClosely_IsNotInTheView(HandlingLevel madeFor, string? name, HandlingLevel marking)
    {
        var held = Version(1, ChangeKind.Created, "2011-01-01");
        held.Record.Handling = new Handling { Level = HandlingLevel.Participants };

        var view = RecordView.At([held], TestRecord.Day("2012-01-01"), TestRecord.Recorded, madeFor);

        Assert.Equal((name, marking), (view.Participants.SingleOrDefault()?.Names[0].Text, view.Marking));
    }

    [Fact]
    public void At_HeldMoreCloselySince_IsHiddenOnTheDaysBeforeToo()
    {
        var tightened = Version(2, ChangeKind.Changed, "2012-01-01", Later);
        tightened.Record.Handling = new Handling { Level = HandlingLevel.Secretariat };
        ResourceVersion[] versions = [Version(1, ChangeKind.Created, "2011-01-01"), tightened];

        Assert.Empty(RecordView.At(versions, TestRecord.Day("2011-06-01"), Later, HandlingLevel.Public).Participants);
        Assert.Single(RecordView.At(versions, TestRecord.Day("2011-06-01"), TestRecord.Recorded, HandlingLevel.Public).Participants);
    }

    [Fact]
    public void At_CorrectionOfACorrection_HidesBoth()
    {
        var record = Record(
            Version(1, ChangeKind.Created, "2011-01-01"),
            Version(2, ChangeKind.Corrected, "2011-01-01"),
            Version(3, ChangeKind.Corrected, "2011-05-01"));

        Assert.Null(NameAt(record, "2011-02-01"));
        Assert.Equal("v3", NameAt(record, "2011-05-01"));
    }

    [Fact]
    public void At_CorrectionOfAChange_LeavesWhatWasTrueBefore()
    {
        var record = Record(
            Version(1, ChangeKind.Created, "2011-01-01"),
            Version(2, ChangeKind.Changed, "2012-01-01"),
            Version(3, ChangeKind.Corrected, "2012-06-01"));

        Assert.Equal("v1", NameAt(record, "2012-03-01"));
        Assert.Equal("v3", NameAt(record, "2012-06-01"));
    }

    [Fact]
    public void At_Ended_IsGoneFromItsDayOn()
    {
        var record = Record(Version(1, ChangeKind.Created, "2011-01-01"), Version(2, ChangeKind.Ended, "2012-01-01"));

        Assert.Equal("v1", NameAt(record, "2011-12-31"));
        Assert.Null(NameAt(record, "2012-01-01"));
    }

    [Fact]
    public void At_Retracted_IsOnNoDayButKnownBefore()
    {
        var record = Record(Version(1, ChangeKind.Created, "2011-01-01"), Version(2, ChangeKind.Changed, "2012-01-01"),
            Version(3, ChangeKind.Retracted, "2012-01-01", Later));

        Assert.Null(NameAt(record, "2011-06-01"));
        Assert.Null(NameAt(record, "2013-01-01"));
        Assert.Equal("v1", NameAt(record, "2011-06-01", TestRecord.Recorded));
        Assert.Equal("v2", NameAt(record, "2013-01-01", TestRecord.Recorded));
    }

    [Fact]
    public void At_CorrectionOfAnOlderVersion_TakesThatPlace()
    {
        var record = Record(
            Version(1, ChangeKind.Created, "2011-01-01"),
            Version(2, ChangeKind.Changed, "2012-01-01"),
            Version(3, ChangeKind.Corrected, "2011-03-01", Later, corrected: 1));

        Assert.Null(NameAt(record, "2011-02-01"));
        Assert.Equal("v3", NameAt(record, "2011-12-31"));
        Assert.Equal("v2", NameAt(record, "2012-01-01"));
        Assert.Equal("v1", NameAt(record, "2011-12-31", TestRecord.Recorded));
    }

    [Fact]
    public void At_EndCorrected_IsBack() => Assert.Equal("v3", NameAt(
        Record(
            Version(1, ChangeKind.Created, "2011-01-01"),
            Version(2, ChangeKind.Ended, "2012-01-01"),
            Version(3, ChangeKind.Corrected, "2011-01-01")), "2013-01-01"));

    [Fact]
    public void At_LaterVersionOfAnEarlierDay_Wins() => Assert.Equal("v2", NameAt(
        Record(Version(1, ChangeKind.Created, "2012-01-01"), Version(2, ChangeKind.Changed, "2011-01-01")), "2013-01-01"));

    [Fact]
    public void At_AnyOrderAndRepetition_SameView()
    {
        // Seeded, so that a failure can be run again: the seed is in the message.
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var versions = new List<ResourceVersion>();
            for (var resource = 0; resource < 4; resource++)
            {
                for (var version = 1; version <= random.Next(1, 7); version++)
                {
                    var kind = version == 1 ? ChangeKind.Created : (ChangeKind)random.Next(2, 6);
                    versions.Add(Version(version, kind, $"2011-01-{random.Next(1, 10):00}",
                        TestRecord.Recorded.AddHours(version + random.Next(2)), $"participants/p{resource}",
                        kind == ChangeKind.Corrected ? random.Next(1, version) : 0));
                }
            }
            var asOf = TestRecord.Day($"2011-01-{random.Next(1, 10):00}");
            var knownAt = TestRecord.Recorded.AddHours(random.Next(0, 9));
            var expected = RecordView.At(versions, asOf, knownAt).Participants;

            var shuffled = versions.Concat(versions.Where(_ => random.Next(2) == 0)).ToArray();
            random.Shuffle(shuffled);

            Assert.True(expected.SequenceEqual(RecordView.At(shuffled, asOf, knownAt).Participants), $"seed {seed}");
            Assert.True(expected.SequenceEqual(Reference(versions, asOf, knownAt)), $"seed {seed} differs from the rules read one by one");
        }
    }

    [Fact]
    public void At_WhatIsRecordedLater_ChangesNoEarlierView()
    {
        var record = TestRecord.Small();
        var before = record.At("2013-03-05");
        record.Add(TestRecord.State("tha", "Thailand"), "2011-01-01", recorded: Later);
        record.Add(TestRecord.State("idn", "Republic of Indonesia"), "2011-01-01", ChangeKind.Corrected, 2, Later);

        Assert.Equal(before.Participants, record.At("2013-03-05").Participants);
        Assert.NotEqual(before.Participants, record.At("2013-03-05", Later).Participants);
    }

    [Fact]
    public void FindDocument_DatedAfterTheView_IsFoundForCitations()
    {
        var view = TestRecord.Small().At("2011-04-01");

        Assert.Null(view.Find<Meetings.V1.Document>("documents/ahg-som-7"));
        Assert.Equal("AHG7", view.FindDocument("documents/ahg-som-7")?.ShortName);
    }

    // The rules of the two clocks, read one after the other from the highest place down.
    private static IEnumerable<Participant> Reference(List<ResourceVersion> versions, DateOnly asOf, DateTimeOffset knownAt)
    {
        foreach (var history in versions.GroupBy(v => v.ResourceName).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var known = history.Where(v => v.RecordTime <= knownAt).ToList();
            // Whatever corrects a version, at once or by way of others, stands in its place; the last of them.
            long PlaceOf(ResourceVersion version) => version.CorrectedVersion == 0 ? version.Version
                : known.Find(v => v.Version == version.CorrectedVersion) is { } corrected ? PlaceOf(corrected) : version.CorrectedVersion;
            var standing = known.GroupBy(PlaceOf).Select(g => (Place: g.Key, Version: g.MaxBy(v => v.Version)!)).ToList();
            if (standing.Exists(s => s.Version.Kind == ChangeKind.Retracted))
                continue;
            var winner = standing.Where(s => s.Version.EffectiveDate <= asOf).OrderByDescending(s => s.Place).FirstOrDefault().Version;
            if (winner is not null && winner.Kind != ChangeKind.Ended)
                yield return (Participant)winner.Record;
        }
    }

    private static string? NameAt(TestRecord record, string asOf, DateTimeOffset? knownAt = null) =>
        record.At(asOf, knownAt ?? Later).Find<Participant>("participants/p")?.Names[0].Text;

    private static TestRecord Record(params ResourceVersion[] versions)
    {
        var record = new TestRecord();
        record.Versions.AddRange(versions);
        return record;
    }

    // A correction that names none corrects the version before it.
    private static ResourceVersion Version(long version, ChangeKind kind, string effective, DateTimeOffset? recorded = null,
        string name = "participants/p", long corrected = 0) => new(
        name, nameof(Participant), version, kind, TestRecord.Day(effective), recorded ?? TestRecord.Recorded,
        new Participant { Name = name, Names = { new DatedName { Text = $"v{version}", Kind = NameKind.Official } } },
        kind != ChangeKind.Corrected ? 0 : corrected > 0 ? corrected : version - 1);
}
