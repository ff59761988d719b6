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

        var created = (await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(
            new() { ProgressUpdate = update })).ProgressUpdate;

        Assert.Equal($"{state.Split('/')[1]}-system", await ActorOfAsync(created.Name));
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
            .IsRefusedAsync("OTHER_PARTY", ("party", other));

        Assert.Empty((await platform.Reader.Commitments.ListProgressUpdatesAsync(new() { Parent = commitment })).ProgressUpdates);
    }

    [Fact]
    public async Task CreateProgressUpdate_BySystemForABody_IsRefused()
    {
        var (commitment, state) = await OwnedByAStateAsync();
        var update = await UpdateAsync(commitment, (await platform.RecordedAsync<Membership.V1.Body>()).Name);

        await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = update })
            .IsRefusedAsync("OTHER_PARTY", ("party", state));
    }

    [Fact]
    public async Task CreateProgressUpdate_BySystemOnACommitmentItDoesNotOwn_IsRefused()
    {
        var (commitment, _) = await OwnedByAStateAsync();
        var other = (await platform.RecordedAsync<Membership.V1.Participant>()).Name;
        var update = await UpdateAsync(commitment, other);

        await platform.MemberState(other).Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = update })
            .IsRefusedAsync("OTHER_PARTY", ("party", other));
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
            Correction = new() { Version = 1, Reason = "It was recorded wrongly." },
        });

        Assert.Equal(first, await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(request));
        // It is the repetition that is answered, not the report that is let in.
        request.RequestId = PlatformFixture.NewId("request");
        await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(request)
            .IsRefusedAsync("OTHER_PARTY", ("party", state));
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
    public async Task CreateProgressUpdate_BySystemOfAnyParticipantOnWhatEachMemberOwes_IsRecorded()
    {
        var commitment = await OwedByEachMemberAsync();
        var state = (await platform.RecordedAsync<Membership.V1.Participant>()).Name;

        var created = (await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(
            new() { ProgressUpdate = await UpdateAsync(commitment.Name, state) })).ProgressUpdate;

        Assert.Equal(state, created.ReportedFor);
    }

    [Fact]
    public async Task CreateProgressUpdate_BySystemOfAnotherBodyOnWhatEachMemberOwes_IsRefused()
    {
        var commitment = await OwedByEachMemberAsync();
        var body = (await platform.RecordedAsync<Membership.V1.Body>()).Name;

        await platform.MemberState(body).Commitments.CreateProgressUpdateAsync(
            new() { ProgressUpdate = await UpdateAsync(commitment.Name, body) }).IsRefusedAsync("OTHER_PARTY", ("party", body));
    }

    [Fact]
    public async Task ListCommitments_ConcerningAParticipant_FindsWhatItOwnsAndWhatEachMemberOwes()
    {
        var theme = PlatformFixture.NewId();
        var (owned, state) = await OwnedByAStateAsync();
        await platform.Officer.Commitments.UpdateCommitmentAsync(new()
        {
            Commitment = new() { Name = owned, Themes = { theme } },
            UpdateMask = new() { Paths = { "themes" } },
            Correction = new() { Version = 1, Reason = "It was recorded wrongly." },
        });
        var each = await OwedByEachMemberAsync(theme);
        await platform.RecordedAsync<Commitment>(c => c.Themes.Add(theme));

        async Task<IEnumerable<string>> ConcerningAsync(string party) => (await platform.Reader.Commitments.ListCommitmentsAsync(
            new() { Concerning = party, Themes = { theme } })).Commitments.Select(c => c.Name);

        Assert.Equal(new[] { owned, each.Name }.Order(StringComparer.Ordinal), await ConcerningAsync(state));
        Assert.Equal([each.Name], await ConcerningAsync("participants/somebody-else"));
        Assert.Equal([each.Name], await ConcerningAsync(each.Owners[0].Party));
        Assert.Empty(await ConcerningAsync("bodies/somebody-else"));
    }

    [Fact]
    public async Task CreateProgressUpdate_BySystemAsShownByADocument_IsRefused()
    {
        var (commitment, state) = await OwnedByAStateAsync();
        var update = await UpdateAsync(commitment, state);
        update.Source = ProgressSource.ShownByDocument;

        await platform.MemberState(state).Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = update })
            .IsRefusedForFieldAsync("progress_update.source");
    }

    [Fact]
    public async Task CreateProgressUpdate_CorrectingOneOfAnotherCommitmentOrParty_IsRefused()
    {
        var (commitment, state) = await OwnedByAStateAsync();
        var (otherCommitment, _) = await OwnedByAStateAsync();
        var first = await UpdateAsync(commitment, state);
        await platform.Officer.Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = first });

        async Task<ProgressUpdate> CorrectingAsync(string on, string reportedFor)
        {
            var update = await UpdateAsync(on, reportedFor);
            update.Corrects = first.Name;
            return update;
        }

        var ofOther = await CorrectingAsync(otherCommitment, state);
        await platform.Officer.Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = ofOther })
            .IsRefusedByAsync("CORRECTED_UPDATE_OF_ANOTHER");
        var other = (await platform.RecordedAsync<Membership.V1.Participant>()).Name;
        await platform.Officer.Commitments.CreateProgressUpdateAsync(new() { ProgressUpdate = await CorrectingAsync(commitment, other) })
            .IsRefusedByAsync("CORRECTED_UPDATE_OF_ANOTHER");
        Assert.Equal(first.Name, (await platform.Officer.Commitments.CreateProgressUpdateAsync(
            new() { ProgressUpdate = await CorrectingAsync(commitment, state) })).ProgressUpdate.Corrects);
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

        Assert.Equal((other, "officer-1"), (created.ReportedFor, await ActorOfAsync(created.Name)));
    }

    [Fact]
    public async Task CreateProgressUpdate_WithoutALevel_ClaimsNone() =>
        Assert.Equal(ImplementationLevel.Unspecified,
            (await platform.RecordedAsync<ProgressUpdate>(u => u.Level = ImplementationLevel.Unspecified)).Level);

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
        var draft = await platform.DraftAsync<Assessment>();

        var created = (await platform.Process.As(role).Commitments.CreateAssessmentAsync(new() { Assessment = draft })).Assessment;

        Assert.Equal($"{role.Name()}-1", await ActorOfAsync(created.Name));
    }

    [Fact]
    public async Task CreateAssessment_BySystemOfTheOwner_IsRefused()
    {
        var (_, state) = await OwnedByAStateAsync();

        await platform.MemberState(state).Commitments.CreateAssessmentAsync(new() { Assessment = await platform.DraftAsync<Assessment>() })
            .IsRefusedAsync("ROLE_INSUFFICIENT", ("method", "rcp.commitments.v1.CommitmentsService/CreateAssessment"));
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

    private async Task<Commitment> OwedByEachMemberAsync(string theme = "")
    {
        var body = (await platform.RecordedAsync<Membership.V1.Body>()).Name;
        return await platform.RecordedAsync<Commitment>(c =>
        {
            c.Owners.Clear();
            c.Owners.Add(new Owner { Party = body, Role = OwnerRole.Lead, Responsibility = Responsibility.EachMember });
            if (theme.Length > 0)
                c.Themes.Add(theme);
        });
    }

    private async Task<string> ActorOfAsync(string name) =>
        (await platform.Officer.Commitments.ListChangesAsync(new() { Name = name })).Changes.Single().Metadata.Actor;

    private Task<ProgressUpdate> UpdateAsync(string commitment, string reportedFor) =>
        platform.DraftAsync<ProgressUpdate>(u => (u.Name, u.ReportedFor) = ($"{commitment}/progressUpdates/{PlatformFixture.NewId()}",
            reportedFor));
}

public sealed class ProgressEmbedded(EmbeddedPlatform platform) : ProgressTests(platform);

public sealed class ProgressOnServers(ServersPlatform platform) : ProgressTests(platform);
