using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Faults;

/// <summary>A request that a client is about to send.</summary>
/// <param name="Method">The method.</param>
/// <param name="Request">The request, without a request id.</param>
/// <param name="HasEtag">True when it may be refused because somebody else was faster.</param>
internal sealed record Draft(MethodDescriptor Method, IMessage Request, bool HasEtag = false);

/// <summary>
/// Decides what one client writes next: mostly progress and corrections, now and then something new. Everything it
/// drafts is allowed, whatever became of the writes before, so that any refusal but of a stale etag is a fault.
/// </summary>
internal sealed class Drafter(string client, World world, Random random)
{
    // So that attendance matrix and list of meetings stay readable, and the report small, however long the run is.
    private const int MaxParticipants = 40;
    private const int MaxMeetings = 50;
    private const int MaxOutcomes = 400;
    private const int MaxCommitments = 600;

    // Not before anything that is recorded of an outcome or a commitment: on it every client may change an outcome, and
    // an owner close its commitment.
    private static readonly string LastDay = World.Day(1600 - 1);

    private int _number;

    public Draft Next() => random.Next(100) switch
    {
        < 42 => Progress(),
        < 52 => CorrectCommitment(),
        < 55 => world.Count(nameof(Commitment)) < MaxCommitments ? Create(NewCommitment()) : Progress(),
        < 58 => Create(World.Assessment($"{AnyOf(nameof(Commitment))}/assessments/{NewId()}", $"Seen at work by {client}, {_number}.",
            _number)),
        < 61 => CloseOrReaffirm(),
        < 71 => ChangeOutcome(),
        < 75 => world.Count(nameof(Outcome)) < MaxOutcomes ? Create(NewOutcome()) : ChangeOutcome(),
        < 82 => ChangeMeeting(),
        < 84 => world.Count(nameof(Meeting)) < MaxMeetings ? Create(NewMeeting()) : ChangeMeeting(),
        < 88 => NewAttendance() ?? ChangeMeeting(),
        < 95 => ChangeParticipant(),
        < 97 => world.Count(nameof(Participant)) < MaxParticipants
            ? Create(World.Participant($"participants/{NewId()}", $"Partner {client} {_number}")) : ChangeParticipant(),
        _ => Create(World.Standing($"{AnyOf(nameof(Participant))}/standingSteps/{NewId()}", _number)),
    };

    /// <summary>The request that records a resource.</summary>
    public static Draft Create(IResource record)
    {
        var method = Cluster.Services.Select(s => Calls.ServiceOf(s).FindMethodByName($"Create{record.Descriptor.Name}"))
            .First(m => m is not null);
        var request = method.InputType.Parser.ParseFrom(ByteString.Empty);
        request.Descriptor.Fields[1].Accessor.SetValue(request, record);
        return new Draft(method, request);
    }

    private Draft Progress() => Create(World.Progress(
        $"{AnyOf(nameof(Commitment))}/progressUpdates/{NewId()}",
        AnyOf(nameof(Participant)),
        $"Step {_number} of {client} was taken.",
        _number,
        random.Next(3) switch
        {
            0 => new Evidence { Outcome = AnyOf(nameof(Outcome)) },
            1 => new Evidence { Meeting = AnyOf(nameof(Meeting)) },
            _ => new Evidence { Link = $"https://www.example.org/{client}/{_number}" },
        }));

    // Its owner may have closed it, and what is closed no longer changes: the record of it is corrected.
    private Draft CorrectCommitment()
    {
        var known = world.Any(nameof(Commitment), random);
        return Update(known, nameof(UpdateCommitmentRequest.Commitment),
            new Commitment { Name = known.Name, Summary = $"To do what was agreed, as {client} put it ({++_number})." }, "summary",
            day: "");
    }

    private Draft ChangeOutcome()
    {
        var known = world.Any(nameof(Outcome), random);
        return Update(known, nameof(UpdateOutcomeRequest.Outcome),
            new Outcome { Name = known.Name, Summary = $"Work on the question, as {client} put it ({++_number})." }, "summary", LastDay);
    }

    private Draft ChangeMeeting()
    {
        var known = world.Own(nameof(Meeting), client, random) ?? world.Any(nameof(Meeting), random);
        return Update(known, nameof(UpdateMeetingRequest.Meeting),
            new Meeting { Name = known.Name, Summary = $"As told by {client} ({++_number})." }, "summary", OwnDay(known));
    }

    private Draft ChangeParticipant()
    {
        var known = world.Own(nameof(Participant), client, random) ?? world.Any(nameof(Participant), random);
        return Update(known, nameof(UpdateParticipantRequest.Participant),
            new Participant { Name = known.Name, Names = { World.Official($"Partner {client} {++_number}") } }, "names",
            OwnDay(known));
    }

    private Draft CloseOrReaffirm()
    {
        if (world.Own(nameof(Commitment), client, random) is not { } known)
            return Progress();
        if (random.Next(4) == 0)
        {
            known.Closed = true;
            return new Draft(CommitmentsService.Descriptor.FindMethodByName(
                nameof(CommitmentsService.CommitmentsServiceClient.CloseCommitment)), new CloseCommitmentRequest
                {
                    Name = known.Name,
                    Closure = new Closure
                    {
                        Reason = ClosureReason.Completed,
                        Date = LastDay,
                        Explanation = $"Done, says {client} ({++_number}).",
                    },
                });
        }
        // Each outcome reaffirms a commitment once: the outcome is new, and only its maker reaffirms with it.
        if (world.Own(nameof(Outcome), client, random) is not { } outcome)
            return Progress();
        outcome.Closed = true;
        return new Draft(CommitmentsService.Descriptor.FindMethodByName(
            nameof(CommitmentsService.CommitmentsServiceClient.ReaffirmCommitment)), new ReaffirmCommitmentRequest
            {
                Name = known.Name,
                Outcome = outcome.Name,
                Date = World.Day(1000),
            });
    }

    // The day of a change of a meeting or a participant, which only the owner moves on; empty for everybody else.
    private string OwnDay(Known known)
    {
        if (known.Owner != client)
            return "";
        if (random.Next(3) == 0 && known.Day < 400)
            known.Day++;
        return World.Day(1100 + known.Day);
    }

    // A change on a day; now and then, and where no day is certain to be allowed, a correction of the version that the
    // etag names, so that nobody can have corrected it meanwhile.
    private Draft Update(Known known, string field, IResource record, string path, string day)
    {
        var method = Cluster.Services.Select(s => Calls.ServiceOf(s).FindMethodByName($"Update{field}")).First(m => m is not null);
        var request = method.InputType.Parser.ParseFrom(ByteString.Empty);
        var hasEtag = day.Length == 0 || random.Next(3) == 0;
        if (hasEtag)
        {
            record.Etag = known.Etag;
            request.Descriptor.FindFieldByName("correction").Accessor.SetValue(request, new Correction
            {
                Version = long.Parse(record.Etag, CultureInfo.InvariantCulture),
                Reason = $"As {client} has it.",
            });
        }
        else
        {
            request.Descriptor.FindFieldByName("change_date").Accessor.SetValue(request, day);
        }
        request.Descriptor.Fields[1].Accessor.SetValue(request, record);
        request.Descriptor.FindFieldByName("update_mask").Accessor.SetValue(request, new FieldMask { Paths = { path } });
        return new Draft(method, request, hasEtag);
    }

    private Commitment NewCommitment() =>
        World.Commitment($"commitments/{NewId()}", random.Next(1, 9), World.Day(_number % 900), AnyOf(nameof(Participant)),
            AnyOf(nameof(Outcome)));

    // Their sequence orders them within their meeting: no two share it.
    private Outcome NewOutcome()
    {
        var meeting = AnyOf(nameof(Meeting));
        var id = NewId();
        return World.Outcome($"{meeting}/outcomes/{id}", 100 + (10 * _number) + int.Parse(client[^1..], CultureInfo.InvariantCulture),
            random.Next(2) == 0 ? OutcomeKind.Recommendation : OutcomeKind.Tasking, World.Day(_number % 900));
    }

    private Meeting NewMeeting() =>
        World.WorkingMeeting($"meetings/{NewId()}", $"Workshop {_number} of {client}", (8 * _number) % 1000, AnyOf(nameof(Participant)));

    // A participant attends a meeting once, and a client records attendances of meetings of its own only.
    private Draft? NewAttendance()
    {
        if (world.Own(nameof(Meeting), client, random) is not { } meeting)
            return null;
        var participant = AnyOf(nameof(Participant));
        return _attended.Add((meeting.Name, participant)) ? Create(World.Attendance(meeting.Name, participant, 1000)) : null;
    }

    private readonly HashSet<(string Meeting, string Participant)> _attended = [];

    private string AnyOf(string type) => world.Any(type, random).Name;

    private string NewId() => string.Create(CultureInfo.InvariantCulture, $"{client}-{++_number}");
}
