using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Benchmarks;

/// <summary>What is on record before the measurements begin, and what they read and write.</summary>
internal static class Record
{
    public const int Commitments = 1000;
    public const string Participant = "participants/idn";
    public const string Date = "2013-03-05";

    private const string Document = "documents/ahg-som-7";
    private const string Outcome = "meetings/ahg-som-7/outcomes/para-17";

    public static string Commitment(string id) => $"commitments/c{id}";

    public static GetCommitmentRequest Read() => new() { Name = Commitment($"{Random.Shared.Next(1, Commitments + 1)}") };

    public static CreateProgressUpdateRequest Write() => new()
    {
        ProgressUpdate = new()
        {
            Name = Commitment(
                $"{Random.Shared.Next(1, Commitments + 1)}/progressUpdates/u"
                + $"{Random.Shared.NextInt64(1_000_000_000_000_000_000, 9_000_000_000_000_000_000)}"),
            EffectiveDate = Date,
            ReportedFor = Participant,
            Narrative = "The workshop was held with officials of nine members; the standard operating procedures were revised after it "
                + "and circulated for comments, which are expected before the next meeting of the group.",
            Level = ImplementationLevel.Limited,
            Source = ProgressSource.SelfReported,
        },
        RequestId = $"{Guid.NewGuid()}",
    };

    /// <summary>Records it through the APIs.</summary>
    public static async Task CreateAsync(CallInvoker membershipCalls, CallInvoker meetingsCalls, CallInvoker commitmentsCalls,
        Metadata officer, CancellationToken cancel)
    {
        var membership = new MembershipService.MembershipServiceClient(membershipCalls);
        var meetings = new MeetingsService.MeetingsServiceClient(meetingsCalls);
        var commitments = new CommitmentsService.CommitmentsServiceClient(commitmentsCalls);
        var call = new CallOptions(officer, cancellationToken: cancel);
        await membership.CreateParticipantAsync(new()
        {
            Participant = new()
            {
                Name = Participant,
                EffectiveDate = Date,
                Kind = ParticipantKind.State,
                IsoCode = "IDN",
                Names = { new DatedName { Text = "Indonesia", Kind = NameKind.Official } },
            },
        }, call);
        await membership.CreateBodyAsync(new()
        {
            Body = new()
            {
                Name = "bodies/ahg",
                EffectiveDate = Date,
                Kind = BodyKind.AdHocGroup,
                Names = { new DatedName { Text = "Ad Hoc Group", Kind = NameKind.Official } },
            },
        }, call);
        await meetings.CreateMeetingAsync(new()
        {
            Meeting = new()
            {
                Name = "meetings/ahg-som-7",
                EffectiveDate = Date,
                Title = "Seventh meeting",
                Kind = Meetings.V1.MeetingKind.SeniorOfficialsMeeting,
                Bodies = { "bodies/ahg" },
                Status = MeetingStatus.Held,
            },
        }, call);
        await meetings.CreateDocumentAsync(new()
        {
            Document = new()
            {
                Name = Document,
                EffectiveDate = Date,
                Title = "Co-Chairs' statement",
                Kind = DocumentKind.Statement,
                Meeting = "meetings/ahg-som-7",
            },
        }, call);
        await meetings.CreateOutcomeAsync(new()
        {
            Outcome = new()
            {
                Name = Outcome,
                EffectiveDate = Date,
                Locator = new() { Document = Document, Paragraph = "¶17" },
                Sequence = 1,
                Title = "Network of liaison officers",
                Summary = "Members agreed to set up a network.",
                Kind = OutcomeKind.Tasking,
                Speakers = { "bodies/ahg" },
            },
        }, call);
        await Parallel.ForAsync(1, Commitments + 1, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel },
            async (number, _) =>
            await commitments.CreateCommitmentAsync(new()
            {
                Commitment = new()
                {
                    Name = Commitment($"{number}"),
                    EffectiveDate = Date,
                    Title = "Network of immigration liaison officers",
                    Summary = "Members set up a network of liaison officers in the region and report on its work to the next meeting of "
                        + "the group.",
                    Kind = CommitmentKind.Tasking,
                    Origins = { new Origin { Outcome = Outcome, Role = OriginRole.Made, Date = Date } },
                    Owners = { new Owner { Party = Participant, Role = OwnerRole.Lead },
                        new Owner { Party = "bodies/ahg", Role = OwnerRole.Supporting, Responsibility = Responsibility.Joint } },
                    Themes = { "information-sharing", "irregular-migration" },
                },
            }, call));
    }
}
