using Google.Protobuf;
using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Hosting.Versions;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Reporting.History;

/// <summary>
/// The record as of a day (what was true) and as known at a moment (what had been recorded). The
/// same two give the same view, whatever was recorded since.
/// </summary>
public sealed class RecordView
{
    // A collection takes a third of a second: four for 100,000 commitments, none for a few.
    private const int TakenAtOnce = 25_000;

    private readonly Dictionary<string, (IResource Record, DateOnly EffectiveDate)> _resources;
    private readonly Dictionary<string, Document> _laterDocuments;
    private readonly ILookup<string, StandingStep> _stepsInBody;
    private readonly ILookup<string, Meeting> _meetingsOfBody;
    private readonly ILookup<string, Outcome> _outcomesOfMeeting;
    private readonly ILookup<string, Attendance> _attendancesOfMeeting;
    private readonly ILookup<string, RecommendationResponse> _responsesToOutcome;
    private readonly ILookup<string, OutcomeLink> _linksFromOutcome;
    private readonly ILookup<string, OutcomeLink> _linksToOutcome;
    private readonly Dictionary<string, PackedVersions> _commitments;
    private readonly ILookup<string, string> _commitmentsOfOutcome;

    private RecordView(Builder parts)
    {
        (AsOf, KnownAt, Marking) = (parts.AsOf, parts.KnownAt, parts.Marking);
        (_resources, _laterDocuments) = (parts.Resources, parts.LaterDocuments);
        _commitments = parts.Commitments;

        var records = _resources.Values.Select(r => r.Record).ToLookup(r => r.GetType());
        Participants = All<Participant>(records);
        Bodies = All<Body>(records);
        BodyRelations = All<BodyRelation>(records);
        StandingSteps = All<StandingStep>(records);
        Secondments = All<Secondment>(records);
        Contributions = All<Contribution>(records);
        Accessions = All<Accession>(records);
        Themes = All<Theme>(records);
        Products = All<Product>(records);
        Meetings = All<Meeting>(records);
        Attendances = All<Attendance>(records);
        Documents = All<Document>(records);
        Outcomes = All<Outcome>(records);
        OutcomeLinks = All<OutcomeLink>(records);
        Responses = All<RecommendationResponse>(records);

        _stepsInBody = StandingSteps.ToLookup(s => s.Body);
        _meetingsOfBody = Meetings.SelectMany(m => m.Bodies.Distinct(), (m, body) => (m, body)).ToLookup(p => p.body, p => p.m);
        _outcomesOfMeeting = Outcomes.ToLookup(o => ResourceNames.Parent(o.Name));
        _attendancesOfMeeting = Attendances.ToLookup(a => ResourceNames.Parent(a.Name));
        _responsesToOutcome = Responses.ToLookup(r => ResourceNames.Parent(r.Name));
        _linksFromOutcome = OutcomeLinks.ToLookup(l => l.Outcome);
        _linksToOutcome = OutcomeLinks.ToLookup(l => l.Target);
        _commitmentsOfOutcome = parts.CommitmentsOfOutcomes.ToLookup(pair => pair.Outcome, pair => pair.Commitment);
    }

    /// <summary>The day as of which the view is.</summary>
    public DateOnly AsOf { get; }

    /// <summary>The moment up to which what was recorded counts.</summary>
    public DateTimeOffset KnownAt { get; }

    /// <summary>The closest handling of what is in the view.</summary>
    public HandlingLevel Marking { get; }

    /// <summary>Participants, by name.</summary>
    public IReadOnlyList<Participant> Participants { get; }

    /// <summary>Bodies, by name.</summary>
    public IReadOnlyList<Body> Bodies { get; }

    /// <summary>Relations between bodies, by name.</summary>
    public IReadOnlyList<BodyRelation> BodyRelations { get; }

    /// <summary>Steps of standing, by name.</summary>
    public IReadOnlyList<StandingStep> StandingSteps { get; }

    /// <summary>Secondments, by name.</summary>
    public IReadOnlyList<Secondment> Secondments { get; }

    /// <summary>Contributions, by name.</summary>
    public IReadOnlyList<Contribution> Contributions { get; }

    /// <summary>Accessions to instruments, by name.</summary>
    public IReadOnlyList<Accession> Accessions { get; }

    /// <summary>Themes, by name.</summary>
    public IReadOnlyList<Theme> Themes { get; }

    /// <summary>Products, by name.</summary>
    public IReadOnlyList<Product> Products { get; }

    /// <summary>Meetings, by name.</summary>
    public IReadOnlyList<Meeting> Meetings { get; }

    /// <summary>Attendances, by name.</summary>
    public IReadOnlyList<Attendance> Attendances { get; }

    /// <summary>Documents, by name.</summary>
    public IReadOnlyList<Document> Documents { get; }

    /// <summary>Outcomes, by name.</summary>
    public IReadOnlyList<Outcome> Outcomes { get; }

    /// <summary>Links between outcomes, by name.</summary>
    public IReadOnlyList<OutcomeLink> OutcomeLinks { get; }

    /// <summary>Responses to recommendations, by name.</summary>
    public IReadOnlyList<RecommendationResponse> Responses { get; }

    /// <summary>
    /// Reads a history as of a day and as known at a moment. Of each resource the highest version
    /// wins among those recorded by <paramref name="knownAt"/> that are not corrected away and not
    /// effective after <paramref name="asOf"/>. The order of the versions and repetitions among
    /// them make no difference.
    /// </summary>
    /// <param name="versions">The versions of any number of resources.</param>
    /// <param name="asOf">The day as of which the view is.</param>
    /// <param name="knownAt">The moment up to which what was recorded counts.</param>
    /// <param name="handling">What is held more closely is not in the view.</param>
    public static RecordView At(IEnumerable<ResourceVersion> versions, DateOnly asOf, DateTimeOffset knownAt,
        HandlingLevel handling = HandlingLevel.Secretariat)
    {
        ArgumentNullException.ThrowIfNull(versions);
        var parts = new Builder(asOf, knownAt, handling);
        foreach (var history in versions.GroupBy(v => v.ResourceName, StringComparer.Ordinal))
            parts.Add([.. history]);
        return parts.Build();
    }

    /// <summary>Finds a resource by name: null when the view has none of that name and type.</summary>
    /// <typeparam name="TRecord">Its type.</typeparam>
    /// <param name="name">Its resource name.</param>
    public TRecord? Find<TRecord>(string? name)
        where TRecord : class, IResource =>
        name is null ? null
        : _resources.TryGetValue(name, out var found) ? found.Record as TRecord
        : _commitments.TryGetValue(name, out var packed) ? CommitmentOf(packed)?.Resource as TRecord
        : null;

    /// <summary>
    /// Finds a document that a fact cites, even one dated after the view's day: what was true by
    /// then may be told by a document that came later.
    /// </summary>
    /// <param name="name">Its resource name.</param>
    public Document? FindDocument(string? name) =>
        Find<Document>(name) ?? (name is null ? null : _laterDocuments.GetValueOrDefault(name));

    /// <summary>First clock of the version in view.</summary>
    /// <param name="record">A resource of this view.</param>
    public DateOnly EffectiveDateOf(IResource record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record is Commitment ? CommitmentOf(_commitments[record.Name])!.EffectiveDate : _resources[record.Name].EffectiveDate;
    }

    /// <summary>The steps of standing in a body, by name.</summary>
    /// <param name="body">Resource name of the body.</param>
    public IEnumerable<StandingStep> StandingStepsIn(string body) => _stepsInBody[body];

    /// <summary>The meetings of a body, by name.</summary>
    /// <param name="body">Resource name of the body.</param>
    public IEnumerable<Meeting> MeetingsOf(string body) => _meetingsOfBody[body];

    /// <summary>The outcomes of a meeting in the order of the document, then by name.</summary>
    /// <param name="meeting">Resource name of the meeting.</param>
    public IEnumerable<Outcome> OutcomesOf(string meeting) => _outcomesOfMeeting[meeting].OrderBy(o => o.Sequence);

    /// <summary>The attendances of a meeting, by name.</summary>
    /// <param name="meeting">Resource name of the meeting.</param>
    public IEnumerable<Attendance> AttendancesOf(string meeting) => _attendancesOfMeeting[meeting];

    /// <summary>The responses to a recommendation, oldest first.</summary>
    /// <param name="outcome">Resource name of the recommendation.</param>
    public IEnumerable<RecommendationResponse> ResponsesTo(string outcome) => _responsesToOutcome[outcome].OrderBy(EffectiveDateOf);

    /// <summary>The links from an outcome to earlier ones, by name.</summary>
    /// <param name="outcome">Resource name of the later outcome.</param>
    public IEnumerable<OutcomeLink> LinksFrom(string outcome) => _linksFromOutcome[outcome];

    /// <summary>The links from later outcomes to an outcome, by name.</summary>
    /// <param name="outcome">Resource name of the earlier outcome.</param>
    public IEnumerable<OutcomeLink> LinksTo(string outcome) => _linksToOutcome[outcome];

    /// <summary>The commitments that come from an outcome or advance it, by name.</summary>
    /// <param name="outcome">Resource name of the outcome.</param>
    public IEnumerable<Commitment> CommitmentsOf(string outcome) =>
        _commitmentsOfOutcome[outcome].Order(StringComparer.Ordinal).Select(name => CommitmentOf(_commitments[name])!.Resource);

    /// <summary>The progress updates on a commitment that none corrects, oldest first.</summary>
    /// <param name="commitment">Resource name of the commitment.</param>
    public IReadOnlyList<Dated<ProgressUpdate>> ProgressUpdatesOf(string commitment)
    {
        var updates = OldestFirst(commitment, ProgressUpdate.Parser);
        var corrected = updates.Select(u => u.Resource.Corrects).Where(c => c.Length > 0).ToHashSet();
        return corrected.Count == 0 ? updates : updates.FindAll(u => !corrected.Contains(u.Resource.Name));
    }

    /// <summary>The assessments of a commitment, oldest first.</summary>
    /// <param name="commitment">Resource name of the commitment.</param>
    public IReadOnlyList<Dated<Assessment>> AssessmentsOf(string commitment) =>
        OldestFirst(commitment, Assessment.Parser);

    /// <summary>
    /// The commitments, by name, each given up when the next one is asked for: afterwards the view has none. What is made of
    /// all of them need not be in memory together with them.
    /// </summary>
    public IEnumerable<Commitment> TakeCommitments()
    {
        var taken = 0;
        foreach (var name in _commitments.Keys.Order(StringComparer.Ordinal))
        {
            if (CommitmentOf(_commitments[name]) is { } commitment)
                yield return commitment.Resource;
            _commitments.Remove(name);
            if (++taken % TakenAtOnce == 0)
                ReportMemory.GiveBack();
        }
    }

    // Null where only what was reported on it may be shown.
    private static Dated<Commitment>? CommitmentOf(PackedVersions packed) => packed.Read(Commitment.Parser).SingleOrDefault().Dated;

    // Two updates of one day: the one recorded later is the newer; names settle what is left, so
    // that the order never depends on the order of arrival.
    private List<Dated<TRecord>> OldestFirst<TRecord>(string commitment, MessageParser<TRecord> parser)
        where TRecord : class, IResource, IMessage<TRecord> => !_commitments.TryGetValue(commitment, out var packed) ? [] :
        [
            .. packed.Read(parser).OrderBy(v => v.Dated.EffectiveDate).ThenBy(v => v.RecordTime)
                .ThenBy(v => v.Dated.Resource.Name, StringComparer.Ordinal).Select(v => v.Dated),
        ];

    private static List<TRecord> All<TRecord>(ILookup<Type, IResource> records)
        where TRecord : class, IResource =>
        [.. records[typeof(TRecord)].Cast<TRecord>().OrderBy(r => r.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Makes a view from the histories of resources, one after the other, so that no more of a history than the view shows
    /// need be in memory at once.
    /// </summary>
    /// <param name="asOf">The day as of which the view is.</param>
    /// <param name="knownAt">The moment up to which what was recorded counts.</param>
    /// <param name="handling">What is held more closely is not in the view.</param>
    public sealed class Builder(DateOnly asOf, DateTimeOffset knownAt, HandlingLevel handling = HandlingLevel.Secretariat)
    {
        internal DateOnly AsOf => asOf;

        internal DateTimeOffset KnownAt => knownAt;

        internal HandlingLevel Marking { get; private set; } = HandlingLevel.Public;

        internal Dictionary<string, (IResource Record, DateOnly EffectiveDate)> Resources { get; } = new(StringComparer.Ordinal);

        internal Dictionary<string, Document> LaterDocuments { get; } = new(StringComparer.Ordinal);

        internal Dictionary<string, PackedVersions> Commitments { get; } = new(StringComparer.Ordinal);

        internal List<(string Outcome, string Commitment)> CommitmentsOfOutcomes { get; } = [];

        /// <summary>Adds the history of one resource, once.</summary>
        /// <param name="history">Its versions, in any order, each any number of times.</param>
        public void Add(IReadOnlyList<ResourceVersion> history)
        {
            ArgumentNullException.ThrowIfNull(history);
            var known = history.All(v => v.RecordTime <= knownAt) ? history : [.. history.Where(v => v.RecordTime <= knownAt)];
            // What came to be held more closely later is so for the days before, too.
            if (known.Count == 0 || !IsShown(Bitemporal.Newest(known)))
                return;
            if (Bitemporal.Select(known, asOf, knownAt) is { } winner)
            {
                if (IsShown(winner))
                    Keep(winner);
            }
            else if (Bitemporal.Select(known, DateOnly.MaxValue, knownAt) is { Record: Document document } later && IsShown(later))
            {
                Mark(later);
                LaterDocuments.Add(document.Name, document);
            }
        }

        /// <summary>The view of what was added.</summary>
        public RecordView Build() => new(this);

        private void Keep(ResourceVersion version)
        {
            Mark(version);
            if (!PackedVersions.Takes(version.Record))
            {
                Resources.Add(version.ResourceName, (version.Record, version.EffectiveDate));
                return;
            }
            var commitment = PackedVersions.CommitmentOf(version.Record);
            if (!Commitments.TryGetValue(commitment, out var packed))
                Commitments.Add(commitment, packed = new PackedVersions());
            packed.Add(version);
            if (version.Record is Commitment { Origins: var origins, Advances: var advances })
                CommitmentsOfOutcomes.AddRange(origins.Select(o => o.Outcome).Concat(advances).Distinct().Select(o => (o, commitment)));
        }

        private void Mark(ResourceVersion version)
        {
            var level = version.Record.Handling.LevelOrPublic();
            if (level > Marking)
                Marking = level;
        }

        private bool IsShown(ResourceVersion version) => version.Record.Handling.LevelOrPublic() <= handling;
    }
}

/// <summary>A resource with the first clock of its version.</summary>
/// <typeparam name="TRecord">Its type.</typeparam>
/// <param name="Resource">The resource.</param>
/// <param name="EffectiveDate">The day on which the change that made it became true.</param>
public sealed record Dated<TRecord>(TRecord Resource, DateOnly EffectiveDate);
