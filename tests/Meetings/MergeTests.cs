using Platform.Commitments.V1;
using Platform.Fixtures;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Meetings.Tests;

/// <summary>Two participants, bodies or meetings that turn out to be one.</summary>
public abstract class MergeTests(PlatformFixture platform)
{
    [Fact]
    public async Task Merge_TwoParticipants_WhatNamedTheOneNamesTheOther()
    {
        var (goes, stays) = (await platform.RecordedAsync<Participant>(), await platform.RecordedAsync<Participant>());
        var meeting = await platform.RecordedAsync<Meeting>(m => m.Hosts.Add(goes.Name));
        var attendance = await platform.RecordedAsync<Attendance>(a =>
            (a.Party, a.Name) = (goes.Name, $"{a.Name.Split("/attendances/")[0]}/attendances/{goes.Name.Split('/')[1]}"));
        var commitment = await platform.RecordedAsync<Commitment>(c => c.Owners[1].Party = goes.Name);
        var step = await platform.RecordedAsync<StandingStep>(s => s.Name = $"{goes.Name}/standingSteps/one");
        var before = step.RecordTime;

        await MergeAsync(goes.Name, stays.Name);

        var officer = platform.Officer;
        Assert.Equal([stays.Name], (await officer.Meetings.GetMeetingAsync(new() { Name = meeting.Name })).Meeting.Hosts.Skip(1));
        var corrected = (await officer.Commitments.GetCommitmentAsync(new() { Name = commitment.Name })).Commitment;
        Assert.Equal(stays.Name, corrected.Owners[1].Party);
        // On every day.
        Assert.Equal(stays.Name, (await officer.Commitments.GetCommitmentAsync(new() { Name = commitment.Name, AsOf = "2013-03-05" }))
            .Commitment.Owners[1].Party);
        var moved = (await officer.Meetings.ListAttendancesAsync(new() { Parent = attendance.Name.Split("/attendances/")[0] })).Attendances;
        Assert.Equal(stays.Name, Assert.Single(moved).Party);
        Assert.Equal([$"{stays.Name}/standingSteps/one"], (await officer.Membership.ListStandingStepsAsync(new() { Parent = stays.Name }))
            .StandingSteps.Select(s => s.Name));
        // The old names go on resolving; as known before, both were there.
        Assert.Equal(stays.Name, (await officer.Membership.GetParticipantAsync(new() { Name = goes.Name })).Participant.Name);
        Assert.Equal(stays.Name, Assert.Single((await officer.Membership.BatchGetParticipantsAsync(new() { Names = { goes.Name } }))
            .Participants).Name);
        Assert.Equal($"{stays.Name}/standingSteps/one",
            (await officer.Membership.GetStandingStepAsync(new() { Name = step.Name })).StandingStep.Name);
        Assert.Equal(goes.Name, (await officer.Membership.GetParticipantAsync(new()
        {
            Name = goes.Name,
            KnownAt = before
        })).Participant.Name);
        // The same again changes nothing.
        await MergeAsync(goes.Name, stays.Name);
        Assert.Empty((await officer.Records.ListReferrersAsync(new() { Name = goes.Name, Service = "meetings" })).Names);
    }

    [Fact]
    public async Task Merge_TwoBodies_NobodyNamesTheOneAnyMore()
    {
        var (goes, stays) = (await platform.RecordedAsync<Body>(), await platform.RecordedAsync<Body>());

        await MergeAsync(goes.Name, stays.Name);

        await platform.Officer.Meetings.CreateMeetingAsync(new()
        {
            Meeting = await platform.DraftAsync<Meeting>(m =>
            m.Bodies[0] = goes.Name)
        })
            .IsRefusedByAsync("REFERENCE_MERGED");
        Assert.DoesNotContain(goes.Name, (await platform.Officer.Membership.ListBodiesAsync(new() { PageSize = 1000 })).Bodies
            .Select(b => b.Name));
    }

    [Fact]
    public async Task Merge_TwoMeetings_MovesTheirOutcomesAndWhatNamesThem()
    {
        var (goes, stays) = (await platform.RecordedAsync<Meeting>(), await platform.RecordedAsync<Meeting>());
        var outcome = await platform.RecordedAsync<Outcome>(o => o.Name = $"{goes.Name}/outcomes/one");
        var link = await platform.RecordedAsync<OutcomeLink>(l => l.Outcome = outcome.Name);
        var commitment = await platform.RecordedAsync<Commitment>(c => c.Origins[0].Outcome = outcome.Name);

        await MergeAsync(goes.Name, stays.Name);

        var moved = $"{stays.Name}/outcomes/one";
        Assert.Equal(outcome.Title, (await platform.Officer.Meetings.GetOutcomeAsync(new() { Name = moved })).Outcome.Title);
        Assert.Equal(moved, (await platform.Officer.Meetings.GetOutcomeLinkAsync(new() { Name = link.Name })).OutcomeLink.Outcome);
        Assert.Equal(moved, (await platform.Officer.Commitments.GetCommitmentAsync(new() { Name = commitment.Name })).Commitment
            .Origins[0].Outcome);
    }

    [Fact]
    public async Task Merge_BothHaveSomethingOfTheSameName_IsRefusedAndChangesNothing()
    {
        var (goes, stays) = (await platform.RecordedAsync<Participant>(), await platform.RecordedAsync<Participant>());
        var meeting = await platform.RecordedAsync<Meeting>();
        foreach (var participant in new[] { goes, stays })
        {
            await platform.RecordedAsync<Attendance>(a =>
                (a.Party, a.Name) = (participant.Name, $"{meeting.Name}/attendances/{participant.Name.Split('/')[1]}"));
        }

        await Merge(goes.Name, stays.Name).IsRefusedByAsync("MERGE_CONFLICT");

        Assert.Equal(goes, (await platform.Officer.Membership.GetParticipantAsync(new() { Name = goes.Name })).Participant);
    }

    [Fact]
    public async Task Merge_OfWhatCannotBeOne_IsRefused()
    {
        var (participant, body) = (await platform.RecordedAsync<Participant>(), await platform.RecordedAsync<Body>());
        var (one, other) = (await platform.RecordedAsync<Document>(), await platform.RecordedAsync<Document>());

        await Merge(participant.Name, body.Name).IsRefusedByAsync("MERGE_OF_OTHERS");
        await Merge(one.Name, other.Name).IsRefusedByAsync("MERGE_OF_OTHERS");
        await Merge(participant.Name, participant.Name).IsRefusedForFieldAsync("into");
        await Merge(participant.Name, "participants/nobody").IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", "participants/nobody"));
    }

    private async Task MergeAsync(string goes, string stays) => await Merge(goes, stays);

    private Grpc.Core.AsyncUnaryCall<Records.V1.MergeResourcesResponse> Merge(string goes, string stays) =>
        platform.Officer.Records.MergeResourcesAsync(new() { Name = goes, Into = stays, Reason = "It was recorded twice." });
}

public sealed class MergeEmbedded(EmbeddedPlatform platform) : MergeTests(platform);

public sealed class MergeOnServers(ServersPlatform platform) : MergeTests(platform);
