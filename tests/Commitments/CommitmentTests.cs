using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Fixtures;

namespace Platform.Commitments.Tests;

/// <summary>What a commitment comes from, who owns it, how it is reaffirmed and how it ends.</summary>
public abstract class CommitmentTests(PlatformFixture platform)
{
    [Fact]
    public async Task CreateCommitment_FromAnOutcomeThatDoesNotExist_IsRefusedNamingFieldAndResource()
    {
        var draft = await platform.DraftAsync<Commitment>(c => c.Origins.Add(new Origin
        {
            Outcome = "meetings/x/outcomes/y",
            Role = OriginRole.Reaffirmed
        }));

        await platform.Officer.Commitments.CreateCommitmentAsync(new() { Commitment = draft })
            .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", "commitment.origins[1].outcome"), ("resource", "meetings/x/outcomes/y"));
    }

    [Theory, InlineData("participants/nobody"), InlineData("bodies/nobody")]
    public async Task CreateCommitment_OfAnOwnerThatDoesNotExist_IsRefusedNamingFieldAndResource(string owner)
    {
        var draft = await platform.DraftAsync<Commitment>(c => c.Owners[0] = new Owner
        {
            Party = owner,
            Role = OwnerRole.Lead,
            Responsibility = owner.StartsWith("bodies/", StringComparison.Ordinal) ? Responsibility.Joint : Responsibility.Unspecified,
        });

        await platform.Officer.Commitments.CreateCommitmentAsync(new() { Commitment = draft })
            .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", "commitment.owners[0].party"), ("resource", owner));
    }

    [Fact]
    public async Task CreateCommitment_OwnedByABodyWithoutAnyAccount_IsFoundByItsOwner()
    {
        var body = await platform.RecordedAsync<Membership.V1.Body>();

        var commitment = await platform.RecordedAsync<Commitment>(c =>
        {
            c.Owners.Clear();
            c.Owners.Add(new Owner { Party = body.Name, Role = OwnerRole.Lead, Responsibility = Responsibility.Joint });
        });

        Assert.Equal([commitment], (await platform.Reader.Commitments.ListCommitmentsAsync(new() { Owners = { body.Name } })).Commitments);
    }

    [Fact]
    public async Task CreateCommitment_WithoutTheOutcomeThatMadeItOrALead_IsRefused()
    {
        var draft = await platform.DraftAsync<Commitment>(c => (c.Origins[0].Role, c.Owners[0].Role) = (OriginRole.Reaffirmed,
            OwnerRole.Supporting));

        Assert.Equal(["commitment.origins", "commitment.owners"],
            (await platform.Officer.Commitments.CreateCommitmentAsync(new() { Commitment = draft }).RefusedAsync()).Fields);
    }

    [Fact]
    public async Task CreateCommitment_ClosedFromTheBeginning_IsRefused()
    {
        var draft = await platform.DraftAsync<Commitment>(c => c.Closure = ClosureOf(ClosureReason.Completed));

        await platform.Officer.Commitments.CreateCommitmentAsync(new() { Commitment = draft }).IsRefusedForFieldAsync("commitment.closure");
    }

    [Fact]
    public async Task CloseCommitment_Open_IsAChangeOfThatDay()
    {
        var commitment = await platform.RecordedAsync<Commitment>();

        var closed = (await platform.CoChair.Commitments.CloseCommitmentAsync(new()
        {
            Name = commitment.Name,
            Closure = ClosureOf(ClosureReason.Completed),
            Etag = commitment.Etag
        })).Commitment;

        Assert.Equal((ClosureOf(ClosureReason.Completed), "2013-04-02"), (closed.Closure, closed.EffectiveDate));
        Assert.Null((await platform.Reader.Commitments.GetCommitmentAsync(new()
        {
            Name = commitment.Name,
            AsOf = "2013-04-01"
        })).Commitment.Closure);
        Assert.Empty((await platform.Reader.Commitments.ListCommitmentsAsync(new()
        {
            Owners = { commitment.Owners[0].Party },
            State = CommitmentState.Open
        })).Commitments);
        Assert.Equal([commitment], (await platform.Reader.Commitments.ListCommitmentsAsync(new()
        {
            Owners = { commitment.Owners[0].Party },
            State = CommitmentState.Open,
            AsOf = "2013-04-01"
        })).Commitments);
    }

    [Fact]
    public async Task CloseCommitment_ClosedAlready_IsRefused()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        await CloseAsync(commitment, ClosureReason.Elapsed);

        await Close(commitment, ClosureReason.Withdrawn).IsRefusedByAsync("COMMITMENT_CLOSED");
    }

    [Fact]
    public async Task CloseCommitment_StandingAsCompleted_IsRefusedButNotOtherwise()
    {
        var commitment = await platform.RecordedAsync<Commitment>(c => c.Ongoing = true);

        await Close(commitment, ClosureReason.Completed).IsRefusedByAsync("ONGOING_NEVER_COMPLETES");

        Assert.Equal(ClosureReason.Withdrawn, (await CloseAsync(commitment, ClosureReason.Withdrawn)).Closure.Reason);
    }

    [Fact]
    public async Task CloseCommitment_Superseded_NamesTheCommitmentThatTookItsPlace()
    {
        var (old, successor) = (await platform.RecordedAsync<Commitment>(), await platform.RecordedAsync<Commitment>());

        await Close(old, ClosureReason.Superseded).IsRefusedForFieldAsync("closure.superseded_by");
        await Close(old, ClosureReason.Completed, successor.Name).IsRefusedForFieldAsync("closure.superseded_by");
        await Close(old, ClosureReason.Superseded, "commitments/nobody")
            .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", "closure.superseded_by"), ("resource", "commitments/nobody"));
        await Close(old, ClosureReason.Superseded, old.Name).IsRefusedByAsync("SUPERSEDED_BY_ITSELF");

        Assert.Equal(successor.Name, (await CloseAsync(old, ClosureReason.Superseded, successor.Name)).Closure.SupersededBy);
    }

    [Fact]
    public async Task CloseCommitment_MalformedClosure_TellsEachField()
    {
        var commitment = await platform.RecordedAsync<Commitment>();

        await platform.Officer.Commitments.CloseCommitmentAsync(new() { Name = commitment.Name }).IsRefusedForFieldAsync("closure");
        var refused = await platform.Officer.Commitments.CloseCommitmentAsync(new()
        {
            Name = commitment.Name,
            Closure = new() { Date = "2013-02-30", Explanation = "" }
        }).RefusedAsync();

        Assert.Equal(["closure.reason", "closure.date", "closure.explanation"], refused.Fields);
    }

    [Fact]
    public async Task CloseCommitment_StaleEtag_IsRefused()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        await platform.Officer.Commitments.UpdateCommitmentAsync(new()
        {
            Commitment = commitment,
            UpdateMask = new() { Paths = { "summary" } },
            Correction = new() { Version = 1, Reason = "It was recorded wrongly." }
        });

        await platform.Officer.Commitments.CloseCommitmentAsync(new()
        {
            Name = commitment.Name,
            Closure = ClosureOf(ClosureReason.Elapsed),
            Etag = commitment.Etag
        })
            .IsRefusedAsync("ETAG_STALE", ("resource", commitment.Name));
    }

    [Fact]
    public async Task CloseCommitment_BeforeTheCommitmentWasMade_IsRefused()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        var closure = ClosureOf(ClosureReason.Elapsed);
        closure.Date = "2013-03-04";

        await platform.Officer.Commitments.CloseCommitmentAsync(new() { Name = commitment.Name, Closure = closure })
            .IsRefusedByAsync("CHANGE_OUT_OF_ORDER");
    }

    [Fact]
    public async Task CloseCommitment_ThatDoesNotExist_IsNotFound() =>
        await platform.Officer.Commitments.CloseCommitmentAsync(new()
        {
            Name = "commitments/nobody",
            Closure = ClosureOf(ClosureReason.Elapsed)
        })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", "commitments/nobody"));

    [Fact]
    public async Task CloseCommitment_RepeatedWithItsRequestId_GivesTheFirstAnswer()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        var request = new CloseCommitmentRequest
        {
            Name = commitment.Name,
            Closure = ClosureOf(ClosureReason.Elapsed),
            Etag = commitment.Etag,
            RequestId = PlatformFixture.NewId("request"),
        };
        var other = request.Clone();
        other.Closure.Explanation = "For another reason.";

        var answers = await Task.WhenAll(Enumerable.Range(0, 6)
            .Select(async _ => await platform.Officer.Commitments.CloseCommitmentAsync(request)));

        Assert.Single(answers.Distinct());
        await platform.Officer.Commitments.CloseCommitmentAsync(other)
            .IsRefusedAsync("REQUEST_ID_REUSED", ("request_id", request.RequestId));
    }

    [Fact]
    public async Task UpdateCommitment_Closure_IsLeftToCloseCommitment()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        commitment.Closure = ClosureOf(ClosureReason.Completed);

        var refused = await platform.Officer.Commitments.UpdateCommitmentAsync(new()
        {
            Commitment = commitment,
            UpdateMask = new() { Paths = { "closure" } },
            Correction = new() { Version = 1, Reason = "It was recorded wrongly." }
        }).RefusedAsync();

        Assert.Equal(["update_mask"], refused.Fields);
        Assert.Contains("CloseCommitment", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CloseCommitment_WithACorrection_ReplacesTheClosure()
    {
        var closed = await CloseAsync(await platform.RecordedAsync<Commitment>(), ClosureReason.Completed);
        var request = new CloseCommitmentRequest
        {
            Name = closed.Name,
            Closure = new() { Reason = ClosureReason.Elapsed, Date = closed.Closure.Date, Explanation = "Its time passed." },
            Correction = new() { Version = 1, Reason = "It was not completed." },
        };

        await platform.Officer.Commitments.CloseCommitmentAsync(request).IsRefusedByAsync("COMMITMENT_OPEN");
        request.Correction.Version = closed.Version;
        var corrected = (await platform.Officer.Commitments.CloseCommitmentAsync(request)).Commitment;

        Assert.Equal((ClosureReason.Elapsed, closed.EffectiveDate), (corrected.Closure.Reason, corrected.EffectiveDate));
    }

    [Fact]
    public async Task ReopenCommitment_FromADayOn_IsClosedBeforeAndOpenAfter()
    {
        var closed = await CloseAsync(await platform.RecordedAsync<Commitment>(), ClosureReason.Completed);
        var day = DateOnly.ParseExact(closed.Closure.Date, "yyyy-MM-dd").AddDays(10).ToString("yyyy-MM-dd", null);

        await platform.Officer.Commitments.ReopenCommitmentAsync(new() { Name = closed.Name, ChangeDate = "2013-03-05" })
            .IsRefusedByAsync("REOPENED_BEFORE_CLOSED");
        var open = (await platform.Officer.Commitments.ReopenCommitmentAsync(new() { Name = closed.Name, ChangeDate = day })).Commitment;

        Assert.Null(open.Closure);
        Assert.Equal(closed, (await platform.Reader.Commitments.GetCommitmentAsync(
            new() { Name = closed.Name, AsOf = closed.Closure.Date })).Commitment);
        await platform.Officer.Commitments.ReopenCommitmentAsync(new() { Name = closed.Name, ChangeDate = day })
            .IsRefusedByAsync("COMMITMENT_OPEN");
        Assert.Equal([open], (await platform.Reader.Commitments.ListCommitmentsAsync(
            new() { Owners = { open.Owners[0].Party }, State = CommitmentState.Open })).Commitments);
    }

    [Fact]
    public async Task ReopenCommitment_ClosedWrongly_WasNeverClosed()
    {
        var closed = await CloseAsync(await platform.RecordedAsync<Commitment>(), ClosureReason.Completed);

        var open = (await platform.Officer.Commitments.ReopenCommitmentAsync(new()
        {
            Name = closed.Name,
            Correction = new() { Version = closed.Version, Reason = "Another one was meant." },
        })).Commitment;

        Assert.Null((await platform.Reader.Commitments.GetCommitmentAsync(new() { Name = open.Name, AsOf = closed.Closure.Date }))
            .Commitment.Closure);
        await platform.Officer.Commitments.ReopenCommitmentAsync(new() { Name = closed.Name }).IsRefusedForFieldAsync("change_date");
    }

    [Fact]
    public async Task UpdateCommitment_Closed_IsCorrectedOnly()
    {
        var closed = await CloseAsync(await platform.RecordedAsync<Commitment>(), ClosureReason.Completed);
        closed.Title = "In other words";

        await platform.Officer.Commitments.UpdateCommitmentAsync(new()
        {
            Commitment = closed,
            UpdateMask = new() { Paths = { "title" } },
            ChangeDate = "2013-05-01"
        }).IsRefusedByAsync("COMMITMENT_CLOSED");
        var corrected = (await platform.Officer.Commitments.UpdateCommitmentAsync(new()
        {
            Commitment = closed,
            UpdateMask = new() { Paths = { "title" } },
            Correction = new() { Version = closed.Version, Reason = "It was recorded wrongly." }
        })).Commitment;

        Assert.Equal(("In other words", closed.Closure), (corrected.Title, corrected.Closure));
    }

    [Fact]
    public async Task UpdateCommitment_UnknownOwner_IsRefusedNamingFieldAndResource()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        commitment.Owners[1].Party = "participants/nobody";

        await platform.Officer.Commitments.UpdateCommitmentAsync(new()
        {
            Commitment = commitment,
            UpdateMask = new() { Paths = { "owners" } },
            Correction = new() { Version = 1, Reason = "It was recorded wrongly." }
        })
            .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", "commitment.owners[1].party"), ("resource", "participants/nobody"));
    }

    [Fact]
    public async Task ReaffirmCommitment_LaterOutcome_IsAChangeOfThatDayAndALink()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        var outcome = (await platform.RecordedAsync<Meetings.V1.Outcome>()).Name;

        var reaffirmed = (await platform.Officer.Commitments.ReaffirmCommitmentAsync(new()
        {
            Name = commitment.Name,
            Outcome = outcome,
            Date = "2013-04-02"
        })).Commitment;

        Assert.Equal(new Origin { Outcome = outcome, Role = OriginRole.Reaffirmed, Date = "2013-04-02" }, reaffirmed.Origins[^1]);
        Assert.Equal(("2013-04-02", ChangeKind.Changed), (reaffirmed.EffectiveDate, await LatestKindAsync(commitment)));
        Assert.Equal([reaffirmed], (await platform.Reader.Commitments.ListCommitmentsAsync(new() { Outcome = outcome })).Commitments);
    }

    [Fact]
    public async Task ReaffirmCommitment_OlderOutcomeFoundLater_IsACorrection()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        var outcome = (await platform.RecordedAsync<Meetings.V1.Outcome>()).Name;

        var reaffirmed = (await platform.Officer.Commitments.ReaffirmCommitmentAsync(new()
        {
            Name = commitment.Name,
            Outcome = outcome,
            Date = "2012-06-01"
        })).Commitment;

        Assert.Equal((commitment.EffectiveDate, ChangeKind.Corrected), (reaffirmed.EffectiveDate, await LatestKindAsync(commitment)));
    }

    [Fact]
    public async Task ReaffirmCommitment_TwiceByOneOutcome_IsRefused()
    {
        var commitment = await platform.RecordedAsync<Commitment>();

        await platform.Officer.Commitments.ReaffirmCommitmentAsync(new()
        {
            Name = commitment.Name,
            Outcome = commitment.Origins[0].Outcome,
            Date = "2013-04-02"
        }).IsRefusedByAsync("ORIGIN_REPEATED");
    }

    [Fact]
    public async Task ReaffirmCommitment_WhatDoesNotExist_IsRefused()
    {
        var commitment = await platform.RecordedAsync<Commitment>();

        await platform.Officer.Commitments.ReaffirmCommitmentAsync(new()
        {
            Name = commitment.Name,
            Outcome = "meetings/x/outcomes/y",
            Date = "2013-04-02"
        })
            .IsRefusedAsync("REFERENCE_NOT_FOUND", ("field", "outcome"), ("resource", "meetings/x/outcomes/y"));
        await platform.Officer.Commitments.ReaffirmCommitmentAsync(new()
        {
            Name = "commitments/nobody",
            Outcome = commitment.Origins[0].Outcome,
            Date = "2013-04-02"
        })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", "commitments/nobody"));
        Assert.Equal(["outcome", "date"],
            (await platform.Officer.Commitments.ReaffirmCommitmentAsync(new() { Name = commitment.Name }).RefusedAsync()).Fields);
    }

    [Fact]
    public async Task ReaffirmCommitment_RepeatedWithItsRequestId_GivesTheFirstAnswer()
    {
        var commitment = await platform.RecordedAsync<Commitment>();
        var request = new ReaffirmCommitmentRequest
        {
            Name = commitment.Name,
            Outcome = (await platform.RecordedAsync<Meetings.V1.Outcome>()).Name,
            Date = "2013-04-02",
            RequestId = PlatformFixture.NewId("request"),
        };

        Assert.Equal(await platform.Officer.Commitments.ReaffirmCommitmentAsync(request),
            await platform.Officer.Commitments.ReaffirmCommitmentAsync(request));
    }

    private Grpc.Core.AsyncUnaryCall<CloseCommitmentResponse> Close(Commitment commitment, ClosureReason reason, string supersededBy = "")
    {
        var closure = ClosureOf(reason);
        closure.SupersededBy = supersededBy;
        return platform.Officer.Commitments.CloseCommitmentAsync(new() { Name = commitment.Name, Closure = closure });
    }

    private async Task<Commitment> CloseAsync(Commitment commitment, ClosureReason reason, string supersededBy = "") =>
        (await Close(commitment, reason, supersededBy)).Commitment;

    private async Task<ChangeKind> LatestKindAsync(Commitment commitment) =>
        (await platform.Officer.Commitments.ListChangesAsync(new() { Name = commitment.Name })).Changes[^1].Metadata.Kind;

    private static Closure ClosureOf(ClosureReason reason) => new()
    {
        Reason = reason,
        Date = "2013-04-02",
        Explanation = "So the Fifth Conference said.",
    };
}

public sealed class CommitmentsEmbedded(EmbeddedPlatform platform) : CommitmentTests(platform);

public sealed class CommitmentsOnServers(ServersPlatform platform) : CommitmentTests(platform);
