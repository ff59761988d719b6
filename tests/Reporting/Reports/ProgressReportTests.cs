using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Reporting.Reports;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Tests.Reports;

public sealed class ProgressReportTests
{
    [Fact]
    public void Build_Tasking_TellsWhatBecameOfIt()
    {
        var tasking = Assert.Single(TestRecord.Small().Report("2013-03-05").Taskings);

        Assert.Equal("AHG7 ¶3", tasking.Reference);
        Assert.Equal("Ad Hoc Group", tasking.GivenTo);
        var commitment = Assert.Single(tasking.Commitments);
        Assert.Equal(ImplementationLevel.Limited, commitment.Status.SelfReported);
        Assert.Equal(ImplementationLevel.Unspecified, commitment.Status.Assessed);
        Assert.Equal(new ProgressNote(TestRecord.Day("2013-03-05"), "A working group is proposed.", "Ad Hoc Group", "AHG7 ¶18"),
            Assert.Single(commitment.Progress));
    }

    [Fact]
    public void Build_Chain_IsToldWithParagraphsOldestFirst() => Assert.Equal(
        "tasked MC4 (in AHG7 ¶3) → responded AHG7 ¶18 → recommended AHG7 ¶23, bullet 4 → decided MC5 bullet 2 → reported AHG7 ¶18",
        Told(TestRecord.Small().Report("2013-04-02").Chains[0]));

    [Fact]
    public void Build_ChainAsOfADay_EndsThere() => Assert.EndsWith(
        "recommended AHG7 ¶23, bullet 4 → reported AHG7 ¶18", Told(TestRecord.Small().Report("2013-03-05").Chains[0]),
        StringComparison.Ordinal);

    [Fact]
    public void Build_RecommendationInTheChainOfATasking_HasNoneOfItsOwn() => Assert.Equal(
        ["AHG7 ¶3", "AHG7 ¶23, bullet 10"], TestRecord.Small().Report("2013-03-05").Chains.Select(c => c.Reference));

    [Fact]
    public void Build_LinksInACircle_Ends()
    {
        var record = TestRecord.Small();
        record.Add(TestRecord.Link("circle", "mc-4/outcomes/tasking-4", OutcomeRelation.Reaffirms, "mc-5/outcomes/bullet-2"), "2013-04-02");

        Assert.Contains("decided MC5 bullet 2", Told(record.Report("2013-04-02").Chains[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ChainOfThousandsOfLinkedOutcomes_TellsItsFirstStepsAndThatThereAreMore()
    {
        const int Length = 20_000;
        var record = TestRecord.Small();
        for (var i = 0; i < Length; i++)
        {
            record.Add(TestRecord.Outcome("ahg-som-7", $"chain-{i}", OutcomeKind.Recommendation, "ahg-som-7", "¶24", "Next"), "2013-03-05");
            record.Add(TestRecord.Link($"chain-{i}", $"ahg-som-7/outcomes/chain-{i}", OutcomeRelation.RespondsTo,
                i == 0 ? "mc-4/outcomes/tasking-4" : $"ahg-som-7/outcomes/chain-{i - 1}"), "2013-03-05");
        }

        var report = record.Report("2013-03-05");

        Assert.Matches("^and at least [0-9]+ more$", report.Chains[0].More);
        Assert.StartsWith("tasked MC4 (in AHG7 ¶3) → ", Told(report.Chains[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_GivenUpMeanwhile_EndsBetweenTwoRows()
    {
        using var givenUp = new CancellationTokenSource();
        givenUp.Cancel();
        var day = TestRecord.Day("2013-03-05");
        var definition = new ReportDefinition { Title = "R", BaseMeeting = "meetings/mc-4", AsOf = day, KnownAt = TestRecord.Recorded };

        Assert.Throws<OperationCanceledException>(() =>
            ProgressReport.Build(TestRecord.Small().At("2013-03-05"), definition, cancel: givenUp.Token));
        Assert.Throws<OperationCanceledException>(() =>
            ProgressReportWorkbook.Write(TestRecord.Small().Report("2013-03-05"), givenUp.Token));
    }

    [Fact]
    public void Build_Figures_CountWhatTheSheetsHold()
    {
        var report = TestRecord.Small().Report("2013-03-05");

        Assert.Equal(
            [
                ("Taskings of MC4", 1), ("Decisions of MC4", 0), ("Commitments followed", 1), ("Recommendations made to MC4", 0),
                ("Recommendations sought", 2), ("Meetings and events held", 3), ("Meetings and events planned", 1),
                ("Attendance lists on record", 2), ("Participants with a standing", 0),
                ("Points that call for attention", report.Attention.Count), ("Documents in the record", report.Sources.Count),
            ],
            report.Summary.Figures.Select(f => (f.Label, f.Value)));
    }

    [Fact]
    public void Build_CommitmentsWithoutProgress_AreOneRowForEachWhoIsResponsible()
    {
        var record = TestRecord.Small();
        foreach (var (id, owner) in new[] { ("one", "bodies/ahg"), ("two", "bodies/ahg"), ("three", "participants/idn"), ("four", "") })
        {
            var commitment = new Commitment { Name = $"commitments/{id}", Title = $"Commitment {id}", Kind = CommitmentKind.Request };
            if (owner.Length > 0)
                commitment.Owners.Add(new Owner { Party = owner, Role = OwnerRole.Lead });
            record.Add(commitment, "2012-01-01");
        }

        var rows = record.Report("2013-03-05").Attention.Where(a => a.Reason == AttentionReason.NoProgress)
            .Select(a => (a.Title, a.Detail));

        Assert.Equal(
        [
            ("Responsible: Ad Hoc Group", "2 commitments: Commitment one; Commitment two."),
            ("Responsible: Indonesia", "1 commitment: Commitment three."),
            ("Responsible: nobody named", "1 commitment: Commitment four."),
        ], rows);
    }

    [Fact]
    public void Build_DocumentOfWhichNoCopyIsHeld_IsNamedAmongTheUnknowns()
    {
        var record = TestRecord.Small();
        var unseen = TestRecord.Document("ahg-som-7", "AHG7", "2013-03-05");
        unseen.Sha256 = "";
        record.Versions.RemoveAll(v => v.ResourceName == unseen.Name);
        record.Add(unseen, "2013-03-05");

        var unknown = record.Report("2013-03-05").Attention.Single(a => a.Title == "A copy of the document");

        Assert.Equal((AttentionReason.NotKnown, SheetNames.Sources), (unknown.Reason, unknown.Sheet));
        Assert.StartsWith("AHG7;", unknown.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("AHG4", unknown.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_CauseOfUnknownDate_IsToldFirst()
    {
        var record = TestRecord.Small();
        record.Add(new Meeting { Name = "meetings/workshop", Title = "Workshop", Kind = MeetingKind.Workshop, Status = MeetingStatus.Held },
            "2013-03-05");
        record.Add(TestRecord.Outcome("workshop", "x", OutcomeKind.Recommendation, "ahg-som-7", "¶11", "Guides"), "2013-03-05");
        record.Add(TestRecord.Link("w", "ahg-som-7/outcomes/para-23-10", OutcomeRelation.RespondsTo, "workshop/outcomes/x"), "2013-03-05");

        Assert.Equal(
            "recommended Workshop (in AHG7 ¶11) → responded AHG7 ¶23, bullet 10",
            Told(record.Report("2013-03-05").Chains.Single(c => c.Title == "Root causes")));
    }

    [Fact]
    public void Build_RecommendationsAfterTheBase_AreSought()
    {
        var report = TestRecord.Small().Report("2013-03-05");

        Assert.Equal(["AHG7 ¶23, bullet 4", "AHG7 ¶23, bullet 10"], report.RecommendationsSought.Select(r => r.Reference));
        Assert.Empty(report.EarlierRecommendations);
    }

    [Fact]
    public void Build_RecommendationsBeforeTheBase_CarryTheResponseOrItsAbsence()
    {
        var report = TestRecord.Small().Report("2013-04-02", "meetings/mc-5");

        Assert.Empty(report.RecommendationsSought);
        Assert.Equal([ResponseStatus.Adopted, ResponseStatus.Unspecified], report.EarlierRecommendations.Select(r => r.Response));
        Assert.Equal("MC5 bullet 2", report.EarlierRecommendations[0].RespondedIn);
        Assert.Equal(TestRecord.Day("2013-04-02"), report.EarlierRecommendations[0].RespondedOn);
        Assert.Equal(string.Empty, report.EarlierRecommendations[1].RespondedIn);
    }

    [Fact]
    public void Build_RecommendationOfAnEarlierRunUp_IsLeftToThatReport()
    {
        var record = TestRecord.Small();
        record.Add(TestRecord.Outcome("ahg-som-4", "para-6-1", OutcomeKind.Recommendation, "ahg-som-4", "¶6, bullet 1", "Retain",
            "bodies/mc"), "2011-03-09");

        Assert.Equal("AHG4 ¶6, bullet 1", Assert.Single(record.Report("2013-03-05").EarlierRecommendations).Reference);
        Assert.DoesNotContain(record.Report("2013-04-02", "meetings/mc-5").EarlierRecommendations, r => r.Title == "Retain");
    }

    [Fact]
    public void Build_RecommendationToSomebodyElse_IsNotPutToMinisters()
    {
        var record = TestRecord.Small();
        record.Add(TestRecord.Outcome("ahg-som-7", "para-10", OutcomeKind.Recommendation, "ahg-som-7", "¶10", "Portal", "bodies/ahg"),
            "2013-03-05");

        Assert.DoesNotContain(record.Report("2013-03-05").RecommendationsSought, r => r.Title == "Portal");
    }

    [Fact]
    public void Build_CommitmentClosedBeforeTheBase_IsLeftOut()
    {
        var record = TestRecord.Small();
        record.Add(Closed("commitments/old", "2011-03-29"), "2011-03-29").Add(Closed("commitments/since", "2011-03-30"), "2011-03-30");

        Assert.Equal(["Cooperation on trafficking", "since"], record.Report("2013-03-05").Commitments.Select(c => c.Title)
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Build_Meetings_AreThoseSinceTheBaseAndPlanned()
    {
        var report = TestRecord.Small().Report("2013-03-05");

        Assert.Equal(["MC4", "AHG5", "AHG7", "MC5"], report.Meetings.Select(m => m.ShortName));
        Assert.Equal(MeetingStatus.Planned, report.Meetings[^1].Status);
        Assert.Null(report.Meetings[0].Listed);
        Assert.Equal(2, report.Meetings[2].Listed);
    }

    [Fact]
    public void Build_Attendance_DistinguishesNotListedFromUnknown()
    {
        var attendance = TestRecord.Small().Report("2013-03-05").Attendance;

        Assert.Equal(["AHG4", "MC4", "AHG5", "AHG7"], attendance.Columns.Select(c => c.Label));
        Assert.Equal(["India", "Indonesia", "United States of America"], attendance.Rows.Select(r => r.Participant));
        Assert.Equal(["In attendance", "Unknown", "Unknown", "Not listed"], attendance.Rows[0].Cells);
        Assert.Equal(["Member", "Unknown", "Unknown", "Member"], attendance.Rows[1].Cells);
        Assert.Equal(["Observer", "Unknown", "Unknown", "Member"], attendance.Rows[2].Cells);
        Assert.Equal("AHG4 ¶1; AHG7 ¶1 (as United States)", attendance.Rows[2].Reference);
    }

    [Fact]
    public void Build_AttendanceOfAMeetingOfAnotherKind_IsShownWhereADocumentHasAList()
    {
        var record = TestRecord.Small();
        record.Add(TestRecord.Meeting("teg-4", "TEG4", MeetingKind.PolicyExpertsGathering, "2012-03-05", listed: true), "2012-03-05")
            .Add(TestRecord.Meeting("workshop", "W", MeetingKind.Workshop, "2012-03-06", listed: false), "2012-03-06")
            .Add(TestRecord.Attends("teg-4", "ind", AttendanceCapacity.InAttendance), "2012-03-05");

        var attendance = record.Report("2013-03-05").Attendance;

        Assert.Equal(["AHG4", "MC4", "AHG5", "TEG4", "AHG7"], attendance.Columns.Select(c => c.Label));
        Assert.Equal("In attendance", attendance.Rows[0].Cells[3]);
    }

    [Fact]
    public void Build_AmountsMandatesAndDocumentsWithoutAShortName_AreInWords()
    {
        var record = TestRecord.Small();
        record.Add(new Body
        {
            Name = "bodies/rso",
            Kind = BodyKind.Office,
            Mandate = "To support members.",
            Names = { new DatedName { Text = "Regional Support Office", Kind = NameKind.Official } }
        }, "2012-01-01")
            .Add(new Contribution
            {
                Name = "participants/usa/contributions/a",
                Body = "bodies/rso",
                Kind = ContributionKind.Financial,
                AmountAsWritten = "AUD 1.5 million"
            }, "2012-01-01")
            .Add(new Contribution
            {
                Name = "participants/usa/contributions/b",
                Body = "bodies/rso",
                Kind = ContributionKind.Financial,
                Amount = 2000,
                CurrencyCode = "THB",
                Summary = "For a workshop"
            }, "2012-01-01")
            .Add(new Document { Name = "documents/progress-2011", Title = "Progress report of 2011", Kind = DocumentKind.ProgressReport },
                "2012-01-01");

        var report = record.Report("2013-03-05");

        Assert.Equal("To support members.", Assert.Single(report.Bodies, b => b.Name == "Regional Support Office").Mandate);
        Assert.Equal(
            [("United States of America", "Financial contribution", "AUD 1.5 million", "", ""),
                ("United States of America", "Financial contribution", "", "THB 2,000", "For a workshop")],
            report.Contributions.Select(c => (c.Participant, c.Kind, c.AmountAsWritten, c.Amount, c.Summary)));
        Assert.Contains(report.Sources, s => s.ShortName == "Progress report of 2011");
        Assert.DoesNotContain(report.Sources, s => s.ShortName == "progress-2011");
    }

    [Fact]
    public void Build_StandingStatedTwiceOnADay_ShowsBoth()
    {
        var record = TestRecord.Small();
        record.Add(TestRecord.State("are", "United Arab Emirates"), "2012-06-01")
            .Add(TestRecord.Step("are", "endorsed", StandingStepKind.InvitationEndorsed, "¶0"), "2012-06-01")
            .Add(TestRecord.Step("are", "intention", StandingStepKind.IntentionStated, "¶16, sentence 1"), "2013-03-05")
            .Add(TestRecord.Step("are", "member", StandingStepKind.Member, "¶16, sentence 3"), "2013-03-05");

        var before = Assert.Single(record.Report("2013-03-04").Membership);
        Assert.Equal(StandingStepKind.InvitationEndorsed, before.Step);
        var rows = record.Report("2013-03-05").Membership;
        Assert.Equal([StandingStepKind.IntentionStated, StandingStepKind.Member], rows.Select(r => r.Step));
        Assert.All(rows, r => Assert.Equal(2, r.Statements));
        Assert.All(rows, r => Assert.Equal("Invitation endorsed, 1 Jun 2012 (AHG7 ¶0)", r.EarlierSteps));
    }

    [Fact]
    public void Build_NameThatChanged_IsTheOneOfTheDay()
    {
        var record = TestRecord.Small();
        var state = TestRecord.State("vnm", "Vietnam");
        state.Names[0].ValidUntil = "2012-12-31";
        state.Names.Add(new DatedName { Text = "Viet Nam", Kind = NameKind.Official, ValidFrom = "2013-01-01" });
        record.Add(state, "2011-03-09");

        Assert.Contains(record.Report("2012-06-01").Attendance.Rows, r => r.Participant == "Vietnam");
        Assert.Contains(record.Report("2013-03-05").Attendance.Rows, r => r.Participant == "Viet Nam");
    }

    [Fact]
    public void Build_Sources_CountTheRowsThatCiteThem()
    {
        var report = TestRecord.Small().Report("2013-03-05");

        var cited = report.Sources.Single(s => s.ShortName == "AHG7");
        var rows = report.Taskings.Cast<ReportRow>().Concat(report.Commitments).Concat(report.RecommendationsSought)
            .Concat(report.Chains).Concat(report.Bodies).Concat(report.Meetings).Concat(report.Attendance.Rows).Concat(report.Membership);
        Assert.Equal(rows.Count(r => r.CitedDocuments.Contains("documents/ahg-som-7")), cited.CitingRows);
        Assert.Equal("MC4 (30 Mar 2011); AHG5 (12 Oct 2011).", report.Attention.Single(a => a.Title == "Who attended").Detail);
    }

    [Fact]
    public void Build_AxesOfACommitment_AreCountedApart()
    {
        var summary = TestRecord.Small().Report("2013-04-02").Summary;

        Assert.Equal(new ImplementationCount("Limited", 1, 0, 0), summary.Implementation[3]);
        Assert.Equal(new ImplementationCount("Substantial", 0, 0, 1), summary.Implementation[4]);
        Assert.All(new[] { summary.Closures, summary.Timeliness, summary.MeetingKinds }, b => Assert.NotEmpty(b.Lines));
    }

    [Fact]
    public void Build_CommitmentsOverTime_AreCountedByYearAndTheEarlierTogether()
    {
        var record = TestRecord.Small();
        foreach (var year in new[] { 2005, 2007, 2008, 2008, 2012 })
            record.Add(new Commitment { Name = $"commitments/of-{year}-{record.Versions.Count}", Title = "Of a year" }, $"{year}-03-05");
        record.Add(new Commitment
        {
            Name = "commitments/closed",
            Title = "Closed",
            Closure = new Closure { Reason = ClosureReason.Completed, Date = "2012-06-01" },
        }, "2006-03-05");

        Assert.Equal(
            [new("Before 2008", 3, 0), new("2008", 2, 0), new("2009", 0, 0), new("2010", 0, 0), new("2011", 1, 0), new("2012", 1, 1)],
            record.Report("2013-03-05").Summary.Years);
        Assert.Equal([new("2011", 1, 0)], TestRecord.Small().Report("2013-03-05").Summary.Years);
    }

    [Fact]
    public void Build_WhatIsNotKnown_IsCountedInThings()
    {
        var report = TestRecord.Small().Report("2013-03-05");

        Assert.Equal(
            [("Nobody named", 0), ("Deadline without a day", 0), ("No recorded response", 0), ("Sources differ", 0),
                ("Not known whether held", 0), ("Who attended", 2), ("A copy of the document", 1)],
            report.Summary.Unknown.Lines);
        Assert.Equal("MC4 (30 Mar 2011); AHG5 (12 Oct 2011).", report.Attention.Single(a => a.Title == "Who attended").Detail);
    }

    [Fact]
    public void Build_UnknownBaseMeeting_IsRefusedByName()
    {
        var refused = Assert.Throws<ReportException>(() => TestRecord.Small().Report("2013-03-05", "meetings/mc-9"));

        Assert.Contains("meetings/mc-9", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2013-03-05", "meetings/ahg-som-7", null, "ministerial conference")]
    [InlineData("2013-03-05", "meetings/mc-4", "meetings/ahg-som-7", "ministerial conference")]
    [InlineData("2013-03-05", "meetings/mc-4", "meetings/mc-4", "does not come after")]
    [InlineData("2013-04-02", "meetings/mc-5", "meetings/mc-4", "does not come after")]
    [InlineData("2013-03-05", "meetings/mc-5", null, "begins on")]
    public void Build_ConferencesThatAreNoneOrDoNotFollowOneAnother_IsRefused(string asOf, string baseMeeting, string? target, string says)
    {
        var definition = new ReportDefinition
        {
            Title = "x",
            BaseMeeting = baseMeeting,
            TargetMeeting = target,
            AsOf = TestRecord.Day(asOf),
            KnownAt = TestRecord.Recorded,
        };

        var refused = Assert.Throws<ReportException>(() => ProgressReport.Build(TestRecord.Small().At(asOf), definition,
            cancel: TestContext.Current.CancellationToken));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_ViewOfOtherClocks_IsRefused()
    {
        var record = TestRecord.Small();
        var definition = new ReportDefinition
        {
            Title = "x",
            BaseMeeting = "meetings/mc-4",
            AsOf = TestRecord.Day("2013-03-05"),
            KnownAt = TestRecord.Recorded,
        };

        Assert.Throws<ArgumentException>(() => ProgressReport.Build(record.At("2013-03-06"), definition,
            cancel: TestContext.Current.CancellationToken));
    }

    private static Commitment Closed(string name, string day) => new()
    {
        Name = name,
        Title = name["commitments/".Length..],
        Kind = CommitmentKind.Request,
        Closure = new Closure { Reason = ClosureReason.Completed, Date = day },
    };

    private static string Told(ChainRow chain) => string.Join(" → ", chain.Steps.Select(s => $"{s.Deed} {s.Place}"));
}
