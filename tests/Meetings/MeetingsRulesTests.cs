using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Meetings.Rules;
using Platform.Meetings.V1;

namespace Platform.Meetings.Tests;

/// <summary>The rules of the meetings service by plain calls. What every field has in common is in the specifications.</summary>
public sealed class MeetingsRulesTests
{
    private const string Hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Meeting_Ordinal_CountsFromOne(int ordinal, bool valid)
    {
        var meeting = AMeeting();
        meeting.SeriesOrdinals.Add(new SeriesOrdinal { Series = "AHG Senior Officials' Meeting", Ordinal = ordinal });

        AssertRefused(valid, "m.series_ordinals[0].ordinal", () => meeting.Check("m"));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void Meeting_StatedDates_AreAtMostTwenty(int count, bool valid)
    {
        var meeting = AMeeting();
        meeting.StatedDates.AddRange(Enumerable.Range(0, count)
            .Select(_ => new StatedDates { Dates = new DateRange { EarliestDate = "2013-03-05" } }));

        AssertRefused(valid, "m.stated_dates", () => meeting.Check("m"));
    }

    [Fact]
    public void Meeting_StatedDatesWithoutDates_AreRefused()
    {
        var meeting = AMeeting();
        meeting.StatedDates.Add(new StatedDates());

        AssertRefused(false, "m.stated_dates[0].dates", () => meeting.Check("m"));
    }

    [Theory]
    [InlineData("participants/idn", true)]
    [InlineData("bodies/ahg", true)]
    [InlineData("meetings/ahg-som-7", false)]
    public void Meeting_Chairs_AreParticipantsOrBodies(string chair, bool valid)
    {
        var meeting = AMeeting();
        meeting.Chairs.Add(chair);

        AssertRefused(valid, "m.chairs[0]", () => meeting.Check("m"));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public void Meeting_Title_HasAtMost300Characters(int length, bool valid)
    {
        var meeting = AMeeting();
        meeting.Title = new string('x', length);

        AssertRefused(valid, "m.title", () => meeting.Check("m"));
    }

    [Theory]
    [InlineData("meetings/ahg-som-7/attendances/idn", "participants/idn", true)]
    [InlineData("meetings/ahg-som-7/attendances/rso", "bodies/rso", true)]
    [InlineData("meetings/ahg-som-7/attendances/indonesia", "participants/idn", false)]
    public void Attendance_Name_EndsInTheIdOfItsParty(string name, string party, bool valid) =>
        AssertRefused(valid, "a.name", () => new Attendance
        {
            Name = name,
            Party = party,
            Capacity = AttendanceCapacity.Member
        }.Check("a"));

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void Attendance_DelegationSize_HasBounds(int size, bool valid) =>
        AssertRefused(valid, "a.delegation_size",
            () => new Attendance
            {
                Name = "meetings/m/attendances/idn",
                Party = "participants/idn",
                Capacity = AttendanceCapacity.InAttendance,
                DelegationSize = size
            }.Check("a"));

    [Theory]
    [InlineData("", true)]
    [InlineData(Hash, true)]
    [InlineData("0123", false)]
    public void Document_Sha256_MayBeUnknown(string sha256, bool valid) =>
        AssertRefused(valid, "d.sha256",
            () => new Document { Name = "documents/d", Title = "Statement", Kind = DocumentKind.Statement, Sha256 = sha256 }.Check("d"));

    [Fact]
    public void Outcome_WithoutLocator_IsRefused()
    {
        var outcome = AnOutcome();
        outcome.Locator = null;

        AssertRefused(false, "o.locator", () => outcome.Check("o"));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Outcome_Sequence_CountsFromOne(int sequence, bool valid)
    {
        var outcome = AnOutcome();
        outcome.Sequence = sequence;

        AssertRefused(valid, "o.sequence", () => outcome.Check("o"));
    }

    [Theory]
    [InlineData(1, 0, 0, 0, null)]
    [InlineData(3, 4, 3, 4, null)]
    [InlineData(3, 4, 5, 1, null)]
    [InlineData(0, 0, 0, 0, "first_line")]
    [InlineData(1, -1, 0, 0, "first_column")]
    [InlineData(3, 0, 2, 0, "last_line")]
    [InlineData(3, 4, 3, 3, "last_column")]
    [InlineData(3, 4, 0, 3, "last_column")]
    [InlineData(3, 4, 3, -1, "last_column")]
    public void Outcome_Span_DoesNotEndBeforeItBegins(int firstLine, int firstColumn, int lastLine, int lastColumn, string? refused)
    {
        var outcome = AnOutcome();
        outcome.Locator.Spans.Add(new TextSpan
        {
            FirstLine = firstLine,
            FirstColumn = firstColumn,
            LastLine = lastLine,
            LastColumn = lastColumn
        });

        AssertRefused(refused is null, $"o.locator.spans[0].{refused}", () => outcome.Check("o"));
    }

    [Fact]
    public void Outcome_RecordedWithItsText_IsRefused()
    {
        var outcome = AnOutcome();
        outcome.CheckUnattached("o");
        outcome.OfficialText = "Ministers agreed.";

        AssertRefused(false, "o.official_text", () => outcome.CheckUnattached("o"));
    }

    [Fact]
    public void AttachOfficialText_OfTheDocumentsCopy_IsAttachedOnce()
    {
        var (outcome, document) = (AnOutcome(), new Document { Name = "documents/d", Sha256 = Hash });

        Assert.True(outcome.AttachOfficialText("Ministers agreed.", Hash, document));
        Assert.Equal("Ministers agreed.", outcome.OfficialText);
        Assert.False(outcome.AttachOfficialText("Ministers agreed.", Hash, document));
        Assert.Equal(ErrorReason.RuleViolated,
            Assert.Throws<ApiException>(() => outcome.AttachOfficialText("Other words.", Hash, document)).Reason);
        Assert.Equal("Ministers agreed.", outcome.OfficialText);
    }

    [Theory]
    [InlineData("", Hash)]
    [InlineData("ffff", Hash)]
    public void AttachOfficialText_OfAnotherCopy_IsRefused(string recorded, string copy)
    {
        var outcome = AnOutcome();

        Assert.Throws<ApiException>(() => outcome.AttachOfficialText("Ministers agreed.", copy,
            new Document { Name = "documents/d", Sha256 = recorded }));

        Assert.Empty(outcome.OfficialText);
    }

    [Fact]
    public void AttachOfficialText_OfWordsThatWereWrong_ReplacesThem()
    {
        var outcome = AnOutcome();
        outcome.OfficialText = "Ministers agreed.";
        var document = new Document { Name = "documents/d", Sha256 = Hash };

        Assert.Throws<ApiException>(() => outcome.AttachOfficialText("Ministers agreed:", Hash, document));
        Assert.True(outcome.AttachOfficialText("Ministers agreed:", Hash, document, replaces: true));
        Assert.Equal("Ministers agreed:", outcome.OfficialText);
    }

    [Theory]
    [InlineData("meetings/mc-5/outcomes/para-2", true)]
    [InlineData("bodies/wg-tip", true)]
    [InlineData("documents/ahg-7-report", true)]
    [InlineData("meetings/mc-5", true)]
    [InlineData("commitments/rilon", false)]
    [InlineData("meetings/ahg-som-7/outcomes/para-18", false)]
    public void OutcomeLink_LeadsToAnotherOutcomeOrToWhatItIsAbout(string target, bool valid)
    {
        var link = new OutcomeLink
        {
            Name = "outcomeLinks/l",
            Outcome = "meetings/ahg-som-7/outcomes/para-18",
            Relation = OutcomeRelation.RespondsTo,
            Target = target,
        };

        AssertRefused(valid, "l.target", () => link.Check("l"));
    }

    [Theory]
    [InlineData("2013-03-05", "2013-03-05", true)]
    [InlineData("2013-04-02", "2013-03-05", true)]
    [InlineData("2013-03-04", "2013-03-05", false)]
    public void OutcomeLink_LeadsToWhatWasThere(string day, string targetDay, bool valid)
    {
        var link = new OutcomeLink { Outcome = "meetings/m/outcomes/a", Target = "meetings/m/outcomes/b" };

        var refused = Record.Exception(
            () => link.CheckOrder(new Outcome { EffectiveDate = day }, new Outcome { EffectiveDate = targetDay }));

        Assert.Equal(valid, refused is null);
        if (!valid)
            Assert.Contains($"of {day} comes before \"meetings/m/outcomes/b\" of {targetDay}", refused!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OutcomeKind.Recommendation, "2013-04-02", true)]
    [InlineData(OutcomeKind.Proposal, "2013-03-05", true)]
    [InlineData(OutcomeKind.Request, "2013-03-05", true)]
    [InlineData(OutcomeKind.Decision, "2013-03-05", false)]
    [InlineData(OutcomeKind.Recommendation, "2013-03-04", false)]
    public void Response_AnswersARecommendationProposalOrRequest_NotBeforeIt(OutcomeKind kind, string day, bool valid)
    {
        var outcome = new Outcome { Name = "meetings/m/outcomes/o", Kind = kind, EffectiveDate = "2013-03-05" };

        var refused = Record.Exception(() => new RecommendationResponse { EffectiveDate = day }.CheckAnswered(outcome));

        Assert.Equal(valid ? null : ErrorReason.RuleViolated, (refused as ApiException)?.Reason);
    }

    [Theory]
    [InlineData(MeetingStatus.Held, "2013-03-06", true)]
    [InlineData(MeetingStatus.Held, "2013-03-07", false)]
    [InlineData(MeetingStatus.Planned, "2013-03-07", true)]
    public void Meeting_InTheFuture_WasNotHeld(MeetingStatus status, string day, bool valid)
    {
        var meeting = AMeeting();
        (meeting.Status, meeting.Dates) = (status, new DateRange { EarliestDate = day, LatestDate = day });

        var refused = Record.Exception(() => meeting.CheckHeld(new DateOnly(2013, 3, 5)));

        Assert.Equal(valid ? null : ErrorReason.RuleViolated, (refused as ApiException)?.Reason);
    }

    [Theory]
    [InlineData(DateSense.Unspecified, "2013-05-01", "2013-08-31", false)]
    [InlineData(DateSense.Within, "2013-05-01", "2013-08-31", true)]
    [InlineData(DateSense.Unspecified, "2013-05-01", "2013-05-01", true)]
    [InlineData(DateSense.Unspecified, "2013-05-01", "", true)]
    public void Dates_ThatDiffer_SayWhetherItLastedOrWasWithin(DateSense sense, string first, string last, bool valid)
    {
        var meeting = AMeeting();
        meeting.Dates = new DateRange { EarliestDate = first, LatestDate = last, Sense = sense };

        AssertRefused(valid, "m.dates.sense", () => meeting.Check("m"));
    }

    [Theory]
    [InlineData(MeetingKind.Other, "Retreat", true)]
    [InlineData(MeetingKind.Other, "", false)]
    [InlineData(MeetingKind.Workshop, "Retreat", false)]
    public void Meeting_OfAnotherKind_SaysWhich(MeetingKind kind, string words, bool valid)
    {
        var meeting = AMeeting();
        (meeting.Kind, meeting.KindAsWritten) = (kind, words);

        AssertRefused(valid, "m.kind_as_written", () => meeting.Check("m"));
    }

    [Theory]
    [InlineData("meetings/ahg-som-7/outcomes/para-23", true)]
    [InlineData("meetings/ahg-som-7/outcomes/para-17", false)]
    [InlineData("meetings/mc-5/outcomes/para-1", false)]
    public void Outcome_IsPartOfAnotherOfItsMeeting(string parent, bool valid)
    {
        var outcome = AnOutcome();
        outcome.ParentOutcome = parent;

        AssertRefused(valid, "o.parent_outcome", () => outcome.Check("o"));
    }

    [Theory]
    [InlineData("bodies/ahg", "", true)]
    [InlineData("", "Participants", true)]
    [InlineData("", "", false)]
    public void Outcome_Speaker_IsAPartyOrTheWordsOfTheDocument(string party, string words, bool valid)
    {
        var outcome = AnOutcome();
        outcome.Speakers.Clear();
        if (party.Length > 0)
            outcome.Speakers.Add(party);
        outcome.SpeakerAsWritten = words;

        AssertRefused(valid, "o.speakers", () => outcome.Check("o"));
    }

    private static Meeting AMeeting() => new()
    {
        Name = "meetings/ahg-som-7",
        Title = "Seventh meeting",
        Kind = MeetingKind.Workshop,
        Status = MeetingStatus.Held,
    };

    private static Outcome AnOutcome() => new()
    {
        Name = "meetings/ahg-som-7/outcomes/para-17",
        Locator = new Locator { Document = "documents/d", Paragraph = "¶17" },
        Sequence = 1,
        Title = "Cooperation",
        Summary = "Cooperation was proposed.",
        Kind = OutcomeKind.Decision,
        Speakers = { "bodies/ahg" },
    };

    private static void AssertRefused(bool valid, string field, Action check)
    {
        if (valid)
            check();
        else
            Assert.Equal([field], Assert.Throws<ApiException>(check).Violations.Select(v => v.Field));
    }
}
