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
        meeting.Dates.AddRange(Enumerable.Range(0, count)
            .Select(_ => new StatedDates { Dates = new DateRange { EarliestDate = "2013-03-05" } }));

        AssertRefused(valid, "m.dates", () => meeting.Check("m"));
    }

    [Fact]
    public void Meeting_StatedDatesWithoutDates_AreRefused()
    {
        var meeting = AMeeting();
        meeting.Dates.Add(new StatedDates());

        AssertRefused(false, "m.dates[0].dates", () => meeting.Check("m"));
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
    [InlineData("meetings/ahg-som-7/attendances/indonesia", "participants/idn", false)]
    public void Attendance_Name_EndsInTheParticipantsId(string name, string participant, bool valid) =>
        AssertRefused(valid, "a.name", () => new Attendance { Name = name, Participant = participant }.Check("a"));

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
                Participant = "participants/idn",
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

    [Theory]
    [InlineData("meetings/mc-5/outcomes/para-2", true)]
    [InlineData("meetings/ahg-som-7/outcomes/para-18", false)]
    public void OutcomeLink_LeadsToAnotherOutcome(string related, bool valid)
    {
        var link = new OutcomeLink
        {
            Name = "outcomeLinks/l",
            Outcome = "meetings/ahg-som-7/outcomes/para-18",
            Relation = OutcomeRelation.RespondsTo,
            RelatedOutcome = related,
        };

        AssertRefused(valid, "l.related_outcome", () => link.Check("l"));
    }

    [Theory]
    [InlineData(ResponseStatus.NoRecordedResponse, 0, true)]
    [InlineData(ResponseStatus.NoRecordedResponse, 1, false)]
    [InlineData(ResponseStatus.Adopted, 1, true)]
    public void Response_ThatIsNotRecorded_HasNoOutcomes(ResponseStatus status, int outcomes, bool valid)
    {
        var response = new RecommendationResponse
        {
            Name = "meetings/ahg-som-7/outcomes/para-23/responses/mc-5",
            Status = status,
            RespondingMeeting = "meetings/mc-5",
        };
        response.RespondingOutcomes.AddRange(Enumerable.Range(0, outcomes).Select(i => $"meetings/mc-5/outcomes/para-{i}"));

        AssertRefused(valid, "r.responding_outcomes", () => response.Check("r"));
    }

    [Fact]
    public void Response_ToWhatIsNotARecommendation_IsRefused()
    {
        RecommendationResponseRules.CheckRecommendation(new Outcome { Kind = OutcomeKind.Recommendation });

        var refused = Assert.Throws<ApiException>(
            () => RecommendationResponseRules.CheckRecommendation(new Outcome
            {
                Name = "meetings/m/outcomes/o",
                Kind = OutcomeKind.Decision
            }));
        Assert.Equal(ErrorReason.RuleViolated, refused.Reason);
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
        SpeakingBody = "bodies/ahg",
    };

    private static void AssertRefused(bool valid, string field, Action check)
    {
        if (valid)
            check();
        else
            Assert.Equal([field], Assert.Throws<ApiException>(check).Violations.Select(v => v.Field));
    }
}
