using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Faults;

/// <summary>A resource that was acknowledged, so that any client may name it and change it.</summary>
/// <param name="name">Its name.</param>
/// <param name="owner">The client that made it. No other changes its first clock or closes it.</param>
internal sealed class Known(string name, string owner)
{
    public string Name { get; } = name;

    public string Owner { get; } = owner;

    /// <summary>The etag in the latest answer that anybody got; another client may have changed it since.</summary>
    public string Etag { get; set; } = "";

    /// <summary>Days by which its owner has moved it on.</summary>
    public int Day { get; set; }

    /// <summary>True when its owner has closed it, or may have.</summary>
    public bool Closed { get; set; }
}

/// <summary>
/// The record as the clients know it together, and the drafts of what they write. Two ministerial conferences, with
/// taskings and commitments made from them, so that there is something to report.
/// </summary>
internal sealed class World
{
    /// <summary>The conference since which the report of the run tells.</summary>
    public const string BaseMeeting = "meetings/mc-one";

    /// <summary>The conference for which it is written.</summary>
    public const string TargetMeeting = "meetings/mc-two";

    /// <summary>The day as of which it is written.</summary>
    public const string ReportDay = "2024-12-31";

    private const string Conference = "bodies/ministers";
    private const string Group = "bodies/group";
    private const string Statement = "documents/statement";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Known>> _known = [];

    /// <summary>What is recorded before the first fault, in this order.</summary>
    public static IEnumerable<IResource> Beginning()
    {
        for (var i = 1; i <= 6; i++)
            yield return Participant($"participants/p{i}", $"State {i}");
        yield return Body(Conference, BodyKind.MinisterialConference, "Ministerial Conference");
        yield return Body(Group, BodyKind.AdHocGroup, "Ad Hoc Group");
        yield return MinisterialConference(BaseMeeting, "First Conference", MeetingStatus.Held, "2020-03-10");
        yield return MinisterialConference(TargetMeeting, "Second Conference", MeetingStatus.Planned, "2025-03-10");
        yield return new Document
        {
            Name = Statement,
            Title = "Statement",
            Kind = DocumentKind.Statement,
            Meeting = BaseMeeting,
            Date = "2020-03-10",
            EffectiveDate = "2020-03-10",
        };
        for (var i = 1; i <= 8; i++)
            yield return Outcome($"{BaseMeeting}/outcomes/t{i}", i, OutcomeKind.Tasking, "2020-03-10");
        for (var i = 1; i <= 8; i++)
            yield return Commitment($"commitments/t{i}", i, "2020-03-10", $"participants/p{1 + (i % 6)}");
    }

    /// <summary>Makes a resource known to all clients, or what is new about it.</summary>
    public void Learn(IResource record, string client)
    {
        lock (_lock)
        {
            var all = Of(record.Descriptor.Name);
            var known = all.FindLast(k => k.Name == record.Name);
            if (known is null)
                all.Add(known = new Known(record.Name, client));
            known.Etag = record.Etag;
        }
    }

    /// <summary>How many resources of a type are known.</summary>
    public int Count(string type)
    {
        lock (_lock)
            return Of(type).Count;
    }

    /// <summary>Any resource of a type.</summary>
    public Known Any(string type, Random random)
    {
        lock (_lock)
        {
            var all = Of(type);
            return all[random.Next(all.Count)];
        }
    }

    /// <summary>Any resource of a type that a client made itself; null without one.</summary>
    public Known? Own(string type, string client, Random random)
    {
        lock (_lock)
        {
            var own = Of(type).FindAll(k => k.Owner == client && !k.Closed);
            return own.Count == 0 ? null : own[random.Next(own.Count)];
        }
    }

    public static Participant Participant(string name, string title) => new()
    {
        Name = name,
        EffectiveDate = "2019-01-01",
        Kind = ParticipantKind.Partner,
        Names = { Official(title) },
    };

    public static Body Body(string name, BodyKind kind, string title) => new()
    {
        Name = name,
        EffectiveDate = "2019-01-01",
        Kind = kind,
        Names = { Official(title) },
    };

    public static StandingStep Standing(string name, int day) => new()
    {
        Name = name,
        EffectiveDate = Day(day),
        Body = Group,
        Kind = StandingStepKind.Member,
        DecidingBody = Conference,
        Date = new DateRange { EarliestDate = Day(day) },
    };

    public static Meeting WorkingMeeting(string name, string title, int day, string host) => new()
    {
        Name = name,
        EffectiveDate = Day(day),
        Title = title,
        Kind = MeetingKind.Workshop,
        Bodies = { Group },
        Status = MeetingStatus.Held,
        Dates = new DateRange { EarliestDate = Day(day), LatestDate = Day(day + 1), Sense = DateSense.Throughout },
        Hosts = { host },
        AttendanceRecord = AttendanceRecord.Listed,
    };

    public static Attendance Attendance(string meeting, string participant, int day) => new()
    {
        Name = $"{meeting}/attendances/{participant.Split('/')[1]}",
        EffectiveDate = Day(day),
        Party = participant,
        Capacity = AttendanceCapacity.Member,
        DelegationSize = 2,
    };

    public static Outcome Outcome(string name, int sequence, OutcomeKind kind, string day) => new()
    {
        Name = name,
        EffectiveDate = day,
        Locator = new Locator { Document = Statement, Paragraph = $"¶{sequence}" },
        Sequence = sequence,
        Title = $"Outcome {sequence}",
        Summary = $"Work on question {sequence}.",
        Kind = kind,
        Speakers = { kind == OutcomeKind.Recommendation ? Group : Conference },
        Addressees = { kind == OutcomeKind.Recommendation ? Conference : Group },
    };

    /// <summary>A commitment made from one of the taskings of the first conference, by its number from 1 to 8.</summary>
    public static Commitment Commitment(string name, int tasking, string day, string owner, string advanced = "") => new()
    {
        Name = name,
        EffectiveDate = day,
        Title = $"Commitment {name.Split('/')[1]}",
        Summary = "To do what was agreed.",
        Kind = CommitmentKind.Tasking,
        Origins = { new Origin { Outcome = $"{BaseMeeting}/outcomes/t{tasking}", Role = OriginRole.Made, Date = day } },
        Owners =
        {
            new Owner { Party = Group, Role = OwnerRole.Lead, Responsibility = Responsibility.Joint },
            new Owner { Party = owner, Role = OwnerRole.Supporting },
        },
        Advances = { advanced.Length > 0 ? [advanced] : Array.Empty<string>() },
        Deadline = new Deadline { AsWritten = "the next conference", Meeting = TargetMeeting },
    };

    public static ProgressUpdate Progress(string name, string reportedFor, string narrative, int day, Evidence evidence) => new()
    {
        Name = name,
        EffectiveDate = Day(day),
        ReportedFor = reportedFor,
        Narrative = narrative,
        Level = ImplementationLevel.Limited,
        Source = ProgressSource.SelfReported,
        Evidence = { evidence },
    };

    public static Assessment Assessment(string name, string reason, int day) => new()
    {
        Name = name,
        EffectiveDate = Day(day),
        Level = ImplementationLevel.Substantial,
        Reason = reason,
        Evidence = { new Evidence { Meeting = BaseMeeting } },
    };

    /// <summary>A name as documents give it.</summary>
    public static DatedName Official(string text) => new() { Text = text, Kind = NameKind.Official };

    /// <summary>A day after the first conference and before the day of the report; days repeat after some years.</summary>
    public static string Day(int number) =>
        new DateOnly(2020, 4, 1).AddDays(number % 1600).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private static Meeting MinisterialConference(string name, string title, MeetingStatus status, string day) => new()
    {
        Name = name,
        EffectiveDate = "2019-06-01",
        Title = title,
        ShortName = title,
        Kind = MeetingKind.MinisterialConference,
        Bodies = { Conference },
        Status = status,
        Dates = new DateRange { EarliestDate = day, LatestDate = day },
        AttendanceRecord = AttendanceRecord.Listed,
    };

    private List<Known> Of(string type)
    {
        if (!_known.TryGetValue(type, out var all))
            _known.Add(type, all = []);
        return all;
    }
}
