using Platform.Fixtures;
using Platform.Membership.V1;

namespace Platform.Membership.Tests;

/// <summary>A participant or a body is found by any of its names.</summary>
public abstract class NameTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("Viet Nam {0}")]
    [InlineData("Vietnam {0}")]
    [InlineData("VIETNAM {0}")]
    [InlineData("vn {0}")]
    public async Task ListParticipants_KnownAsAnyOfItsNames_FindsIt(string name)
    {
        var id = PlatformFixture.NewId();
        var participant = await platform.RecordedAsync<Participant>(p =>
        {
            p.Names.Clear();
            p.Names.Add(new DatedName { Text = $"Viet Nam {id}", Kind = NameKind.Official });
            p.Names.Add(new DatedName { Text = $"Vietnam {id}", Kind = NameKind.Alias, ValidUntil = "1999-12-31" });
            p.Names.Add(new DatedName { Text = $"VN {id}", Kind = NameKind.Abbreviation });
        });

        var found = await platform.Reader.Membership.ListParticipantsAsync(
            new() { KnownAs = string.Format(System.Globalization.CultureInfo.InvariantCulture, name, id) });

        Assert.Equal([participant], found.Participants);
    }

    [Fact]
    public async Task ListParticipants_KnownAsANameOfAnother_DoesNotFindIt()
    {
        await platform.RecordedAsync<Participant>();

        Assert.Empty((await platform.Reader.Membership.ListParticipantsAsync(
            new() { KnownAs = $"Viet Nam {PlatformFixture.NewId()}" })).Participants);
    }

    [Fact]
    public async Task ListParticipants_KnownAsANameThatWasCorrected_FindsItByTheNewOneOnly()
    {
        var (wrong, right) = (PlatformFixture.NewId("wrong"), PlatformFixture.NewId("right"));
        var participant = await platform.RecordedAsync<Participant>(p => p.Names[1].Text = wrong);
        participant.Names[1].Text = right;

        var updated = (await platform.Officer.Membership.UpdateParticipantAsync(new()
        {
            Participant = participant,
            UpdateMask = new() { Paths = { "names" } },
            Correction = new() { Version = 1, Reason = "It was recorded wrongly." }
        })).Participant;

        Assert.Empty((await platform.Reader.Membership.ListParticipantsAsync(new() { KnownAs = wrong })).Participants);
        Assert.Equal([updated], (await platform.Reader.Membership.ListParticipantsAsync(new() { KnownAs = right })).Participants);
    }

    [Fact]
    public async Task ListBodies_KnownAsItsAbbreviationInAnyCase_FindsIt()
    {
        var abbreviation = PlatformFixture.NewId("AHG");
        var body = await platform.RecordedAsync<Body>(b => b.Names.Add(new DatedName
        {
            Text = abbreviation,
            Kind = NameKind.Abbreviation
        }));

        Assert.Equal([body], (
            await platform.Reader.Membership.ListBodiesAsync(new() { KnownAs = abbreviation.ToLowerInvariant() })).Bodies);
    }

    [Fact]
    public async Task CreateParticipant_WithANameOfAnother_IsRefusedNamingItUnlessItIsMeant()
    {
        var name = PlatformFixture.NewId("name");
        void Called(Participant participant)
        {
            (participant.Kind, participant.IsoCode) = (ParticipantKind.Partner, "");
            participant.Names.Clear();
            participant.Names.Add(new DatedName { Text = name, Kind = NameKind.Official });
        }

        var first = await platform.RecordedAsync<Participant>(Called);
        name = name.ToUpperInvariant();
        var second = await platform.DraftAsync<Participant>(Called);

        await platform.Officer.Membership.CreateParticipantAsync(new() { Participant = second })
            .IsRefusedAsync("RESOURCE_DUPLICATE", ("resource", first.Name));
        await platform.Officer.Membership.CreateParticipantAsync(new() { Participant = first })
            .IsRefusedAsync("RESOURCE_EXISTS", ("resource", first.Name));
        Assert.Equal(1, (await platform.Officer.Membership.CreateParticipantAsync(
            new() { Participant = second, AllowDuplicate = true })).Participant.Version);
    }

    [Fact]
    public async Task CreateParticipant_WithTheIsoCodeOfAnother_IsRefused()
    {
        await platform.RecordedAsync<Participant>(p => p.IsoCode = "TUV");
        var second = await platform.DraftAsync<Participant>(p => p.IsoCode = "TUV");

        var refused = await platform.Officer.Membership.CreateParticipantAsync(new() { Participant = second }).RefusedAsync();

        Assert.Equal("RESOURCE_DUPLICATE", refused.Reason);
        Assert.Contains("has the ISO code TUV already", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ParticipantKind.State, "", "participant.iso_code")]
    [InlineData(ParticipantKind.State, "ID", "participant.iso_code")]
    [InlineData(ParticipantKind.State, "XYZ", "participant.iso_code")]
    [InlineData(ParticipantKind.State, "idn", "participant.iso_code")]
    [InlineData(ParticipantKind.InternationalOrganization, "IDN", "participant.iso_code")]
    [InlineData(ParticipantKind.RegionalOrganization, "IDN", "participant.iso_code")]
    [InlineData(ParticipantKind.Partner, "IDN", "participant.iso_code")]
    [InlineData(ParticipantKind.Unspecified, "", "participant.kind")]
    public async Task CreateParticipant_IsoCodeThatDoesNotFitItsKind_IsRefused(ParticipantKind kind, string isoCode, string field)
    {
        var draft = await platform.DraftAsync<Participant>(p => (p.Kind, p.IsoCode) = (kind, isoCode));

        await platform.Officer.Membership.CreateParticipantAsync(new() { Participant = draft }).IsRefusedForFieldAsync(field);
    }

    [Theory, InlineData(ParticipantKind.InternationalOrganization), InlineData(ParticipantKind.RegionalOrganization),
        InlineData(ParticipantKind.Partner)]
    public async Task CreateParticipant_OtherThanAState_NeedsNoIsoCode(ParticipantKind kind) =>
        Assert.Equal("", (await platform.RecordedAsync<Participant>(p => (p.Kind, p.IsoCode) = (kind, ""))).IsoCode);

    [Fact]
    public async Task CreateParticipant_SeveralMalformedFields_TellsAllOfThem()
    {
        var draft = await platform.DraftAsync<Participant>(p =>
        {
            p.Name = "participants/IDN";
            p.IsoCode = "";
            p.Names[0].ValidFrom = "2013-02-30";
            (p.Names[1].ValidFrom, p.Names[1].ValidUntil) = ("2013-03-05", "2013-03-04");
        });

        var refused = await platform.Officer.Membership.CreateParticipantAsync(new() { Participant = draft }).RefusedAsync();

        Assert.Equal(["participant.name", "participant.iso_code", "participant.names[0].valid_from", "participant.names[1].valid_until"],
            refused.Fields);
    }

    [Fact]
    public async Task CreateParticipant_WithoutAnOfficialName_IsRefused()
    {
        var draft = await platform.DraftAsync<Participant>(p => p.Names.RemoveAt(0));

        await platform.Officer.Membership.CreateParticipantAsync(new() { Participant = draft }).IsRefusedForFieldAsync("participant.names");
    }

    [Fact]
    public async Task CreateBodyRelation_OfABodyToItself_IsRefused()
    {
        var body = await platform.RecordedAsync<Body>();
        var draft = await platform.DraftAsync<BodyRelation>(r => (r.Name, r.RelatedBody) = ($"{body.Name}/relations/tasks-itself",
            body.Name));

        await platform.Officer.Membership.CreateBodyRelationAsync(new() { BodyRelation = draft })
            .IsRefusedForFieldAsync("body_relation.related_body");
    }
}

public sealed class NamesEmbedded(EmbeddedPlatform platform) : NameTests(platform);

public sealed class NamesOnServers(ServersPlatform platform) : NameTests(platform);
