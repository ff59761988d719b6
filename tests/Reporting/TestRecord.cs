using System.Globalization;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Reporting.History;
using Platform.Reporting.Reports;
using Platform.Reporting.V1;

namespace Platform.Reporting.Tests;

/// <summary>A small record, built by hand: one story from a tasking to its report.</summary>
internal sealed class TestRecord
{
    public static readonly DateTimeOffset Recorded = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public List<ResourceVersion> Versions { get; } = [];

    public static DateOnly Day(string iso) => DateOnly.ParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public TestRecord Add(
        IResource record, string effective, ChangeKind kind = ChangeKind.Created, long version = 1, DateTimeOffset? recorded = null)
    {
        Versions.Add(new ResourceVersion(record.Name, record.Descriptor.Name, version, kind, Day(effective), recorded ?? Recorded, record));
        return this;
    }

    public RecordView At(string asOf, DateTimeOffset? knownAt = null) => RecordView.At(Versions, Day(asOf), knownAt ?? Recorded);

    public ProgressReport Report(string asOf, string baseMeeting = "meetings/mc-4", string title = "Progress report",
        PaperSize paper = PaperSize.A4, string process = "", string secretariat = "") =>
        ProgressReport.Build(At(asOf), new ReportDefinition
        {
            Title = title,
            BaseMeeting = baseMeeting,
            AsOf = Day(asOf),
            KnownAt = Recorded,
            Paper = paper,
            Process = process,
            Secretariat = secretariat,
        }, cancel: TestContext.Current.CancellationToken);

    /// <summary>Two conferences, three senior officials' meetings, a tasking with its commitment, a recommendation.</summary>
    public static TestRecord Small() => new TestRecord()
        .Add(Body("mc", BodyKind.MinisterialConference, "Ministerial Conference"), "2011-03-09")
        .Add(Body("ahg", BodyKind.AdHocGroup, "Ad Hoc Group"), "2011-03-09")
        .Add(State("idn", "Indonesia"), "2011-03-09")
        .Add(State("ind", "India"), "2011-03-09")
        .Add(State("usa", "United States of America"), "2011-03-09")
        .Add(Document("ahg-som-4", "AHG4", "2011-03-09"), "2011-03-09")
        .Add(Document("ahg-som-7", "AHG7", "2013-03-05"), "2013-03-05")
        .Add(Document("mc-5", "MC5", "2013-04-02"), "2013-04-02")
        .Add(Meeting("ahg-som-4", "AHG4", MeetingKind.SeniorOfficialsMeeting, "2011-03-09", listed: true), "2011-03-09")
        .Add(Meeting("mc-4", "MC4", MeetingKind.MinisterialConference, "2011-03-30", listed: false), "2011-03-09")
        .Add(Meeting("ahg-som-5", "AHG5", MeetingKind.SeniorOfficialsMeeting, "2011-10-12", listed: false), "2011-10-12")
        .Add(Meeting("ahg-som-7", "AHG7", MeetingKind.SeniorOfficialsMeeting, "2013-03-05", listed: true), "2013-03-05")
        .Add(Meeting("mc-5", "MC5", MeetingKind.MinisterialConference, "2013-04-02", listed: false, MeetingStatus.Planned), "2013-03-05")
        .Add(Meeting("mc-5", "MC5", MeetingKind.MinisterialConference, "2013-04-02", listed: false), "2013-04-02", ChangeKind.Changed,
            version: 2)
        .Add(Attends("ahg-som-4", "idn", AttendanceCapacity.Member), "2011-03-09")
        .Add(Attends("ahg-som-4", "ind", AttendanceCapacity.InAttendance), "2011-03-09")
        .Add(Attends("ahg-som-4", "usa", AttendanceCapacity.Observer), "2011-03-09")
        .Add(Attends("ahg-som-7", "idn", AttendanceCapacity.Member), "2013-03-05")
        .Add(Attends("ahg-som-7", "usa", AttendanceCapacity.Member, "United States"), "2013-03-05")
        .Add(Outcome("mc-4", "tasking-4", OutcomeKind.Tasking, "ahg-som-7", "¶3", "Trafficking", "bodies/ahg"), "2011-03-30")
        .Add(Outcome("ahg-som-7", "para-18", OutcomeKind.Proposal, "ahg-som-7", "¶18", "Working group proposed", sequence: 18),
            "2013-03-05")
        .Add(Outcome("ahg-som-7", "para-23-4", OutcomeKind.Recommendation, "ahg-som-7", "¶23, bullet 4", "Working group", "bodies/mc",
            sequence: 23), "2013-03-05")
        .Add(Outcome("ahg-som-7", "para-23-10", OutcomeKind.Recommendation, "ahg-som-7", "¶23, bullet 10", "Root causes", "bodies/mc",
            sequence: 24), "2013-03-05")
        .Add(Outcome("mc-5", "bullet-2", OutcomeKind.Decision, "mc-5", "bullet 2", "Working group agreed", "bodies/ahg"), "2013-04-02")
        .Add(Link("a", "ahg-som-7/outcomes/para-18", OutcomeRelation.RespondsTo, "mc-4/outcomes/tasking-4"), "2013-03-05")
        .Add(Link("b", "ahg-som-7/outcomes/para-23-4", OutcomeRelation.Recommends, "ahg-som-7/outcomes/para-18"), "2013-03-05")
        .Add(Link("c", "mc-5/outcomes/bullet-2", OutcomeRelation.Decides, "ahg-som-7/outcomes/para-23-4"), "2013-04-02")
        .Add(new RecommendationResponse
        {
            Name = "meetings/ahg-som-7/outcomes/para-23-4/responses/mc-5",
            Status = ResponseStatus.Adopted,
            RespondingMeeting = "meetings/mc-5",
            RespondingOutcomes = { "meetings/mc-5/outcomes/bullet-2" },
        }, "2013-04-02")
        .Add(new Commitment
        {
            Name = "commitments/trafficking",
            Title = "Cooperation on trafficking",
            Summary = "Do more together.",
            Kind = CommitmentKind.Tasking,
            Origins = { new Origin { Outcome = "meetings/mc-4/outcomes/tasking-4", Role = OriginRole.Made, Date = "2011-03-30" } },
            Owners = { new Owner { Party = "bodies/ahg", Role = OwnerRole.Lead, Responsibility = Responsibility.Joint } },
            Deadline = new Deadline { AsWritten = "by the Fifth Conference", Meeting = "meetings/mc-5" },
        }, "2011-03-30")
        .Add(new ProgressUpdate
        {
            Name = "commitments/trafficking/progressUpdates/ahg-som-7",
            ReportedFor = "bodies/ahg",
            Narrative = "A working group is proposed.",
            Level = ImplementationLevel.Limited,
            Source = ProgressSource.SelfReported,
            Evidence = { new Evidence { Outcome = "meetings/ahg-som-7/outcomes/para-18" } },
        }, "2013-03-05")
        .Add(new Assessment
        {
            Name = "commitments/trafficking/assessments/mc-5",
            Level = ImplementationLevel.Substantial,
            Reason = "Agreed by Ministers.",
        }, "2013-04-02");

    public static Participant State(string code, string name) => new()
    {
        Name = $"participants/{code}",
        Kind = ParticipantKind.State,
        IsoCode = code.ToUpperInvariant(),
        Names = { new DatedName { Text = name, Kind = NameKind.Official } },
        Sources = { At("ahg-som-4", "¶2") },
    };

    public static Body Body(string id, BodyKind kind, string name) => new()
    {
        Name = $"bodies/{id}",
        Kind = kind,
        Names = { new DatedName { Text = name, Kind = NameKind.Official } },
    };

    public static Document Document(string id, string shortName, string date) => new()
    {
        Name = $"documents/{id}",
        Title = $"Statement of {shortName}",
        ShortName = shortName,
        Kind = DocumentKind.Statement,
        Meeting = $"meetings/{id}",
        Date = date,
        Link = "https://example.org/" + id,
        Sha256 = new string('a', 64),
    };

    public static Meeting Meeting(
        string id, string shortName, MeetingKind kind, string day, bool listed, MeetingStatus status = MeetingStatus.Held) => new()
        {
            Name = $"meetings/{id}",
            Title = $"Meeting {shortName}",
            ShortName = shortName,
            Kind = kind,
            Status = status,
            Dates = new DateRange { EarliestDate = day, LatestDate = day },
            AttendanceRecord = listed ? AttendanceRecord.Listed : AttendanceRecord.Unspecified,
            Sources = { At(id == "mc-4" ? "ahg-som-7" : id, "¶1") },
        };

    public static Attendance Attends(string meeting, string code, AttendanceCapacity capacity, string listedAs = "") => new()
    {
        Name = $"meetings/{meeting}/attendances/{code}",
        Party = $"participants/{code}",
        Capacity = capacity,
        ListedAs = listedAs,
        Sources = { At(meeting, "¶1") },
    };

    public static Outcome Outcome(
        string meeting, string id, OutcomeKind kind, string document, string paragraph, string title, string addressee = "",
            int sequence = 1)
    {
        var outcome = new Outcome
        {
            Name = $"meetings/{meeting}/outcomes/{id}",
            Kind = kind,
            Locator = new Locator { Document = $"documents/{document}", Paragraph = paragraph },
            Sequence = sequence,
            Title = title,
            Summary = $"Summary of {title}.",
            Speakers = { "bodies/ahg" },
        };
        if (addressee.Length > 0)
            outcome.Addressees.Add(addressee);
        return outcome;
    }

    public static OutcomeLink Link(string id, string later, OutcomeRelation relation, string earlier) => new()
    {
        Name = $"outcomeLinks/{id}",
        Outcome = $"meetings/{later}",
        Relation = relation,
        Target = $"meetings/{earlier}",
    };

    public static StandingStep Step(string code, string id, StandingStepKind kind, string paragraph) => new()
    {
        Name = $"participants/{code}/standingSteps/{id}",
        Body = "bodies/ahg",
        Kind = kind,
        Sources = { At("ahg-som-7", paragraph) },
    };

    private static SourceReference At(string document, string paragraph) => new()
    {
        Document = $"documents/{document}",
        Paragraph = paragraph,
    };
}
