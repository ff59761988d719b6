using Platform.Commitments.V1;
using Platform.Fixtures;
using Platform.Hosting.Databases;
using Platform.Hosting.Identity;

namespace Platform.Commitments.Tests;

/// <summary>Who reports progress, and who assesses it.</summary>
public abstract class ProgressTests(PlatformFixture platform)
{
    [Fact]
    public async Task CreateProgressUpdate_BySystemOfAnOwner_IsRecordedInItsName()
    {
        var (commitment, state) = await OwnedByAStateAsync();
        var update = await UpdateAsync(commitment, state);
        update.Reporter = "somebody-else";

        var created = (await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(
            new() { ProgressUpdate = update })).ProgressUpdate;

        Assert.Equal($"{state.Split('/')[1]}-system", created.Reporter);
        Assert.Equal([created], (await platform.Reader.Commitments.ListProgressUpdatesAsync(new()
        {
            Parent = commitment,
            ReportedFor = state
        })).ProgressUpdates);
    }

    [Fact]
    public async Task CreateProgressUpdate_BySystemForAnotherParticipant_IsRefusedAndStoresNothing()
    {
        var (commitment, state) = await OwnedByAStateAsync();
        var update = await UpdateAsync(commitment, state);
        var other = (await platform.RecordedAsync<Membership.V1.Participant>()).Name;

        await platform.MemberState(other).Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = update })
            .IsRefusedAsync("OTHER_PARTICIPANT", ("participant", other));

        Assert.Empty((await platform.Reader.Commitments.ListProgressUpdatesAsync(new() { Parent = commitment })).ProgressUpdates);
    }

    [Fact]
    public async Task CreateProgressUpdate_BySystemForABody_IsRefused()
    {
        var (commitment, state) = await OwnedByAStateAsync();
        var update = await UpdateAsync(commitment, (await platform.RecordedAsync<Membership.V1.Body>()).Name);

        await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = update })
            .IsRefusedAsync("OTHER_PARTICIPANT", ("participant", state));
    }

    [Fact]
    public async Task CreateProgressUpdate_BySystemOnACommitmentItDoesNotOwn_IsRefused()
    {
        var (commitment, _) = await OwnedByAStateAsync();
        var other = (await platform.RecordedAsync<Membership.V1.Participant>()).Name;
        var update = await UpdateAsync(commitment, other);

        await platform.MemberState(other).Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = update })
            .IsRefusedAsync("OTHER_PARTICIPANT", ("participant", other));
    }

    [Fact]
    public async Task CreateProgressUpdate_RepeatedAfterTheOwnerChanged_GivesTheFirstAnswer()
    {
        var (commitment, state) = await OwnedByAStateAsync();
        var other = (await platform.RecordedAsync<Membership.V1.Participant>()).Name;
        var request = new CreateProgressUpdateRequest
        {
            ProgressUpdate = await UpdateAsync(commitment, state),
            RequestId = PlatformFixture.NewId("request"),
        };
        var first = await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(request);
        await platform.Officer.Commitments.UpdateCommitmentAsync(new()
        {
            Commitment = new Commitment { Name = commitment, Owners = { new Owner { Party = other, Role = OwnerRole.Lead } } },
            UpdateMask = new() { Paths = { "owners" } },
        });

        Assert.Equal(first, await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(request));
        // It is the repetition that is answered, not the report that is let in.
        request.RequestId = PlatformFixture.NewId("request");
        await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(request)
            .IsRefusedAsync("OTHER_PARTICIPANT", ("participant", state));
    }

    [Fact]
    public async Task CreateProgressUpdate_BySystemOnACommitmentThatDoesNotExist_IsRefusedNamingIt()
    {
        var (commitment, state) = await OwnedByAStateAsync();
        var update = await UpdateAsync($"{commitment}x", state);

        await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = update })
            .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", "progress_update.name"), ("resource", $"{commitment}x"));
    }

    [Fact]
    public async Task CreateProgressUpdate_ByTheOfficer_IsForAnybodyAndOnAnything()
    {
        var (commitment, _) = await OwnedByAStateAsync();
        var other = (await platform.RecordedAsync<Membership.V1.Participant>()).Name;

        var created = (await platform.Officer.Commitments.CreateProgressUpdateAsync(new()
        {
            ProgressUpdate = await UpdateAsync(commitment,
            other)
        })).ProgressUpdate;

        Assert.Equal((other, "officer-1"), (created.ReportedFor, created.Reporter));
    }

    [Fact]
    public async Task CreateProgressUpdate_WithoutALevel_ClaimsNone() =>
        Assert.Equal(ImplementationLevel.Unspecified,
            (await platform.RecordedAsync<ProgressUpdate>(u => u.ClaimedLevel = ImplementationLevel.Unspecified)).ClaimedLevel);

    [Fact]
    public async Task CreateProgressUpdate_EvidenceOfNoKind_IsRefused()
    {
        var draft = await platform.DraftAsync<ProgressUpdate>(u => u.Evidence[1] = new Evidence());

        await platform.Officer.Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = draft })
            .IsRefusedForFieldAsync("progress_update.evidence[1]");
    }

    [Fact]
    public async Task CreateProgressUpdate_MoreEvidenceThanAllowed_IsRefused()
    {
        var draft = await platform.DraftAsync<ProgressUpdate>(
            u => u.Evidence.Add(Enumerable.Repeat(new Evidence { Link = "https://www.example.org" }, 100)));

        await platform.Officer.Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = draft })
            .IsRefusedForFieldAsync("progress_update.evidence");
    }

    [Theory, InlineData(Role.Officer), InlineData(Role.CoChair)]
    public async Task CreateAssessment_ByOfficerOrCoChair_IsRecordedInTheirName(Role role)
    {
        var draft = await platform.DraftAsync<Assessment>(a => a.Assessor = "somebody-else");

        var created = (await platform.Process.As(role).Commitments.CreateAssessmentAsync(new() { Assessment = draft })).Assessment;

        Assert.Equal($"{role.Name()}-1", created.Assessor);
    }

    [Fact]
    public async Task CreateAssessment_BySystemOfTheOwner_IsRefused()
    {
        var (_, state) = await OwnedByAStateAsync();

        await platform.MemberState(state).Commitments.CreateAssessmentAsync(new() { Assessment = await platform.DraftAsync<Assessment>() })
            .IsRefusedAsync("ROLE_INSUFFICIENT", ("method", "platform.commitments.v1.CommitmentsService/CreateAssessment"));
    }

    [Fact]
    public async Task CreateAssessment_LeavesWhatWasReportedAsItIs()
    {
        var update = await platform.RecordedAsync<ProgressUpdate>();
        var commitment = update.Name.Split("/progressUpdates/")[0];
        await platform.RecordedAsync<Assessment>(a => (a.Name, a.Level) = ($"{commitment}/assessments/mc-5",
            ImplementationLevel.NoEvidence));

        Assert.Equal(update, (await platform.Reader.Commitments.GetProgressUpdateAsync(new() { Name = update.Name })).ProgressUpdate);
    }

    [Theory, InlineData("")]
    [InlineData("   ")]
    public async Task CreateAssessment_WithoutAReason_IsRefused(string reason)
    {
        var draft = await platform.DraftAsync<Assessment>(a => a.Reason = reason);

        await platform.Officer.Commitments.CreateAssessmentAsync(new() { Assessment = draft }).IsRefusedForFieldAsync("assessment.reason");
    }

    private async Task<(string Commitment, string State)> OwnedByAStateAsync()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        return (commitment.Name, commitment.Owners.Single(o => o.Role == OwnerRole.Supporting).Party);
    }

    private Task<ProgressUpdate> UpdateAsync(string commitment, string reportedFor) =>
        platform.DraftAsync<ProgressUpdate>(u => (u.Name, u.ReportedFor) = ($"{commitment}/progressUpdates/{PlatformFixture.NewId()}",
            reportedFor));
}

public sealed class ProgressEmbedded(EmbeddedPlatform platform) : ProgressTests(platform);

public sealed class ProgressOnServers(ServersPlatform platform) : ProgressTests(platform);
