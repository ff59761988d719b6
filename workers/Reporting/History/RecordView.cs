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
    private readonly Dictionary<string, ResourceVersion> _versions;
    private readonly Dictionary<string, Document> _laterDocuments;
    private readonly ILookup<string, StandingStep> _stepsInBody;
    private readonly ILookup<string, Meeting> _meetingsOfBody;
    private readonly ILookup<string, Outcome> _outcomesOfMeeting;
    private readonly ILookup<string, Attendance> _attendancesOfMeeting;
    private readonly ILookup<string, RecommendationResponse> _responsesToOutcome;
    private readonly ILookup<string, OutcomeLink> _linksFromOutcome;
    private readonly ILookup<string, OutcomeLink> _linksToOutcome;
    private readonly ILookup<string, Commitment> _commitmentsOfOutcome;
    private readonly ILookup<string, ProgressUpdate> _updatesOfCommitment;
    private readonly ILookup<string, Assessment> _assessmentsOfCommitment;

    private RecordView(
        DateOnly asOf, DateTimeOffset knownAt, Dictionary<string, ResourceVersion> versions, Dictionary<string, Document> laterDocuments)
    {
        AsOf = asOf;
        KnownAt = knownAt;
        Marking = versions.Values.Select(v => v.Record).Concat(laterDocuments.Values).Select(r => r.Handling.LevelOrPublic())
            .Append(HandlingLevel.Public).Max();
        _versions = versions;
        _laterDocuments = laterDocuments;

        Participants = All<Participant>();
        Bodies = All<Body>();
        BodyRelations = All<BodyRelation>();
        StandingSteps = All<StandingStep>();
        Secondments = All<Secondment>();
        Contributions = All<Contribution>();
        Accessions = All<Accession>();
        Themes = All<Theme>();
        Products = All<Product>();
        Meetings = All<Meeting>();
        Attendances = All<Attendance>();
        Documents = All<Document>();
        Outcomes = All<Outcome>();
        OutcomeLinks = All<OutcomeLink>();
        Responses = All<RecommendationResponse>();
        Commitments = All<Commitment>();
        ProgressUpdates = All<ProgressUpdate>();
        Assessments = All<Assessment>();

        _stepsInBody = StandingSteps.ToLookup(s => s.Body);
        _meetingsOfBody = Meetings.SelectMany(m => m.Bodies.Distinct(), (m, body) => (m, body)).ToLookup(p => p.body, p => p.m);
        _outcomesOfMeeting = Outcomes.ToLookup(o => ResourceNames.Parent(o.Name));
        _attendancesOfMeeting = Attendances.ToLookup(a => ResourceNames.Parent(a.Name));
        _responsesToOutcome = Responses.ToLookup(r => ResourceNames.Parent(r.Name));
        _linksFromOutcome = OutcomeLinks.ToLookup(l => l.Outcome);
        _linksToOutcome = OutcomeLinks.ToLookup(l => l.Target);
        _commitmentsOfOutcome = Commitments
            .SelectMany(c => c.Origins.Select(o => o.Outcome).Concat(c.Advances).Distinct(), (c, outcome) => (c, outcome))
            .ToLookup(pair => pair.outcome, pair => pair.c);
        _updatesOfCommitment = ProgressUpdates.ToLookup(u => ResourceNames.Parent(u.Name));
        _assessmentsOfCommitment = Assessments.ToLookup(a => ResourceNames.Parent(a.Name));
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

    /// <summary>Commitments, by name.</summary>
    public IReadOnlyList<Commitment> Commitments { get; }

    /// <summary>Progress updates, by name.</summary>
    public IReadOnlyList<ProgressUpdate> ProgressUpdates { get; }

    /// <summary>Assessments, by name.</summary>
    public IReadOnlyList<Assessment> Assessments { get; }

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
        var winners = new Dictionary<string, ResourceVersion>(StringComparer.Ordinal);
        var laterDocuments = new Dictionary<string, Document>(StringComparer.Ordinal);
        foreach (var history in versions.Where(v => v.RecordTime <= knownAt).GroupBy(v => v.ResourceName, StringComparer.Ordinal))
        {
            // What came to be held more closely later is so for the days before, too.
            if (!IsShown(Bitemporal.Newest(history)))
                continue;
            if (Bitemporal.Select(history, asOf, knownAt) is { } winner)
            {
                if (IsShown(winner))
                    winners.Add(history.Key, winner);
            }
            else if (Bitemporal.Select(history, DateOnly.MaxValue, knownAt) is { Record: Document document } later && IsShown(later))
            {
                laterDocuments.Add(history.Key, document);
            }
        }
        bool IsShown(ResourceVersion version) => version.Record.Handling.LevelOrPublic() <= handling;

        return new RecordView(asOf, knownAt, winners, laterDocuments);
    }

    /// <summary>Finds a resource by name: null when the view has none of that name and type.</summary>
    /// <typeparam name="TRecord">Its type.</typeparam>
    /// <param name="name">Its resource name.</param>
    public TRecord? Find<TRecord>(string? name)
        where TRecord : class, IResource =>
        name is not null && _versions.TryGetValue(name, out var version) ? version.Record as TRecord : null;

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
        return _versions[record.Name].EffectiveDate;
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
    public IEnumerable<Commitment> CommitmentsOf(string outcome) => _commitmentsOfOutcome[outcome];

    /// <summary>The progress updates on a commitment that none corrects, oldest first.</summary>
    /// <param name="commitment">Resource name of the commitment.</param>
    public IEnumerable<ProgressUpdate> ProgressUpdatesOf(string commitment)
    {
        var corrected = _updatesOfCommitment[commitment].Select(u => u.Corrects).ToHashSet();
        return OldestFirst(_updatesOfCommitment[commitment].Where(u => !corrected.Contains(u.Name)));
    }

    /// <summary>The assessments of a commitment, oldest first.</summary>
    /// <param name="commitment">Resource name of the commitment.</param>
    public IEnumerable<Assessment> AssessmentsOf(string commitment) => OldestFirst(_assessmentsOfCommitment[commitment]);

    // Two updates of one day: the one recorded later is the newer; names settle what is left, so
    // that the order never depends on the order of arrival.
    private IEnumerable<TRecord> OldestFirst<TRecord>(IEnumerable<TRecord> records)
        where TRecord : IResource =>
        records.OrderBy(r => EffectiveDateOf(r)).ThenBy(r => _versions[r.Name].RecordTime).ThenBy(r => r.Name, StringComparer.Ordinal);

    private List<TRecord> All<TRecord>()
        where TRecord : class, IResource =>
        [.. _versions.Values.Select(v => v.Record).OfType<TRecord>().OrderBy(r => r.Name, StringComparer.Ordinal)];
}
