using Platform.Fixtures;
using Platform.Membership.V1;

namespace Platform.Membership.Tests;

/// <summary>What a participant is in a body on a day: the two ways in, as the documents tell them.</summary>
public abstract class StandingTests(PlatformFixture platform)
{
    private const string Ahg6 = "2012-06-01", Ahg7 = "2013-03-05";

    [Fact]
    public async Task GetStanding_OnTheWayInByInvitation_TellsTheStepOfEachDay()
    {
        var (uae, ahg) = await StateAndBodyAsync();
        var endorsed = await StepAsync(uae, ahg, Ahg6, StandingStepKind.InvitationEndorsed);
        var intention = await StepAsync(uae, ahg, Ahg7, StandingStepKind.IntentionStated);

        Assert.Empty((await StandingAsync(uae, ahg, asOf: "2012-05-31")).CurrentSteps);
        Assert.Equal([endorsed], (await StandingAsync(uae, ahg, asOf: "2013-03-04")).CurrentSteps);
        Assert.Equal([intention], (await StandingAsync(uae, ahg, asOf: Ahg7)).CurrentSteps);
        Assert.Equal([endorsed, intention], (await StandingAsync(uae, ahg)).Steps);
    }

    [Fact]
    public async Task GetStanding_ContradictingStatementsOfOneDay_TellsBoth()
    {
        // AHG7 ¶16 calls the acceptance an intention and counts it as included.
        var (uae, ahg) = await StateAndBodyAsync();
        await StepAsync(uae, ahg, Ahg6, StandingStepKind.InvitationEndorsed);
        await StepAsync(uae, ahg, Ahg7, StandingStepKind.IntentionStated);
        await StepAsync(uae, ahg, Ahg7, StandingStepKind.Member);

        var standing = await StandingAsync(uae, ahg, asOf: "2013-04-02");

        Assert.Equal([StandingStepKind.IntentionStated, StandingStepKind.Member], standing.CurrentSteps.Select(s => s.Kind).Order());
        Assert.Equal(3, standing.Steps.Count);
    }

    [Fact]
    public async Task GetStanding_StepRecordedLater_IsNotKnownBefore()
    {
        var (unodc, ahg) = await StateAndBodyAsync();
        var applied = await StepAsync(unodc, ahg, Ahg7, StandingStepKind.Applied);
        var pending = await StepAsync(unodc, ahg, Ahg7, StandingStepKind.EndorsementPending);

        var knownThen = await platform.Reader.Membership.GetStandingAsync(new()
        {
            Participant = unodc,
            Body = ahg,
            AsOf = Ahg7,
            KnownAt = applied.RecordTime
        });

        Assert.Equal([applied], knownThen.CurrentSteps);
        Assert.Equal(2, (await StandingAsync(unodc, ahg, asOf: Ahg7)).CurrentSteps.Count);
        Assert.True(pending.RecordTime > applied.RecordTime);
    }

    [Fact]
    public async Task GetStanding_InOneBody_SaysNothingOfAnother()
    {
        var (iom, ahg) = await StateAndBodyAsync();
        var rso = await platform.RecordedAsync<Body>();
        await StepAsync(iom, ahg, Ahg7, StandingStepKind.Member);

        Assert.Empty((await StandingAsync(iom, rso.Name)).CurrentSteps);
    }

    [Fact]
    public async Task GetStanding_OfWhatDoesNotExist_IsNotFound()
    {
        var (uae, ahg) = await StateAndBodyAsync();

        await platform.Reader.Membership.GetStandingAsync(new() { Participant = $"{uae}x", Body = ahg })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", $"{uae}x"));
        await platform.Reader.Membership.GetStandingAsync(new() { Participant = uae, Body = $"{ahg}x" })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", $"{ahg}x"));
        await platform.Reader.Membership.GetStandingAsync(new() { Participant = uae, Body = ahg, AsOf = "today" })
            .IsRefusedForFieldAsync("as_of");
    }

    private async Task<(string Participant, string Body)> StateAndBodyAsync() =>
        ((await platform.RecordedAsync<Participant>()).Name, (await platform.RecordedAsync<Body>()).Name);

    private Task<StandingStep> StepAsync(string participant, string body, string day, StandingStepKind kind) =>
        platform.RecordedAsync<StandingStep>(s => (s.Name, s.Body, s.EffectiveDate,
            s.Kind) = ($"{participant}/standingSteps/{PlatformFixture.NewId()}", body, day, kind));

    private async Task<GetStandingResponse> StandingAsync(string participant, string body, string asOf = "") =>
        await platform.Reader.Membership.GetStandingAsync(new() { Participant = participant, Body = body, AsOf = asOf });
}

public sealed class StandingEmbedded(EmbeddedPlatform platform) : StandingTests(platform);

public sealed class StandingOnServers(ServersPlatform platform) : StandingTests(platform);
