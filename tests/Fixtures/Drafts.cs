using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Fixtures;

/// <summary>Makes valid resources with every field filled, each under names that no other test uses.</summary>
internal sealed class Drafts(PlatformFixture platform)
{
    public const string Day = "2013-03-05";
    public const string CitedDocument = "documents/ahg-som-7";

    // What resources name besides their parents: the same for all, recorded once.
    private readonly Lazy<Task<string>> _participant = new(async () => (await platform.RecordedAsync<Participant>()).Name);
    private readonly Lazy<Task<string>> _body = new(async () => (await platform.RecordedAsync<Body>()).Name);
    private readonly Lazy<Task<string>> _meeting = new(async () => (await platform.RecordedAsync<Meeting>()).Name);
    private readonly Lazy<Task<string>> _document = new(async () => (await platform.RecordedAsync<Document>()).Name);
    private readonly Lazy<Task<string>> _theme = new(async () =>
    {
        var theme = new Theme { Name = $"themes/{NewId()}", Title = "Crime" };
        await platform.Officer.Meetings.CreateThemeAsync(new() { Theme = theme });
        return theme.Name;
    });

    private readonly Lazy<Task<string>> _outcome = new(async () => (await platform.RecordedAsync<Outcome>()).Name);

    public async Task<IResource> MakeAsync(string type)
    {
        IResource draft = type switch
        {
            nameof(Participant) => new Participant
            {
                Name = $"participants/{NewId()}",
                Kind = ParticipantKind.State,
                IsoCode = "VNM",
                Names = { NameOf("Viet Nam", NameKind.Official), NameOf("Vietnam", NameKind.Alias) },
                Sources = { Source() },
            },
            nameof(Body) => new Body
            {
                Name = $"bodies/{NewId()}",
                Kind = BodyKind.AdHocGroup,
                Names = { NameOf("Ad Hoc Group", NameKind.Official) },
                Mandate = "To make recommendations to Ministers.",
                OpenTo = "all interested members",
                Sources = { Source() },
            },
            nameof(BodyRelation) => new BodyRelation
            {
                Name = $"{(await BodyAsync()).Name}/relations/{NewId()}",
                Kind = BodyRelationKind.Tasks,
                RelatedBody = await _body.Value,
                Sources = { Source() },
            },
            nameof(StandingStep) => new StandingStep
            {
                Name = $"{(await ParticipantAsync()).Name}/standingSteps/{NewId()}",
                Body = await _body.Value,
                Kind = StandingStepKind.IntentionStated,
                DecidingBody = await _body.Value,
                Date = Dates(),
                Condition = "pending endorsement",
                Sources = { Source() },
            },
            nameof(Secondment) => new Secondment
            {
                Name = $"{(await ParticipantAsync()).Name}/secondments/{NewId()}",
                Body = await _body.Value,
                Begin = Dates(),
                End = Dates(),
                Summary = "An official was lent to the office.",
                Sources = { Source() },
            },
            nameof(Contribution) => new Contribution
            {
                Name = $"{(await ParticipantAsync()).Name}/contributions/{NewId()}",
                Body = await _body.Value,
                Kind = ContributionKind.InKind,
                AmountAsWritten = "office space",
                Summary = "Premises for the office.",
                Sources = { Source() },
            },
            nameof(Meeting) => await MeetingAsync(),
            nameof(Attendance) => await AttendanceAsync(),
            nameof(Document) => new Document
            {
                Name = $"documents/{NewId()}",
                Title = "Co-Chairs' Statement",
                ShortName = "AHG7",
                Kind = DocumentKind.Statement,
                Meeting = await _meeting.Value,
                Date = Day,
                Link = "https://www.example.org/ahg7",
                Sha256 = new string('a', 64),
                FileName = "ahg7.txt",
            },
            nameof(Outcome) => await OutcomeAsync(),
            nameof(OutcomeLink) => new OutcomeLink
            {
                Name = $"outcomeLinks/{NewId()}",
                Outcome = (await platform.RecordedAsync<Outcome>()).Name,
                Relation = OutcomeRelation.Decides,
                Target = (await platform.RecordedAsync<Outcome>()).Name,
                Note = "The decision does not cite the recommendation.",
                Sources = { Source() },
            },
            nameof(RecommendationResponse) => new RecommendationResponse
            {
                Name = $"{(await platform.RecordedAsync<Outcome>()).Name}/responses/{NewId()}",
                Status = ResponseStatus.AdoptedWithChanges,
                RespondingMeeting = await _meeting.Value,
                RespondingOutcomes = { await _outcome.Value },
                Note = "The office was named as the one to act.",
                Sources = { Source() },
            },
            nameof(Accession) => new Accession
            {
                Name = $"{(await ParticipantAsync()).Name}/accessions/{NewId()}",
                Instrument = "smuggling-protocol",
                InstrumentTitle = "Protocol against the Smuggling of Migrants by Land, Sea and Air",
                Kind = AccessionKind.Acceded,
                Date = Dates(),
                Sources = { Source() },
            },
            nameof(Theme) => new Theme
            {
                Name = $"themes/{NewId()}",
                Title = "Trafficking in persons",
                Labels = { new ThemeLabel { LanguageCode = "id", Text = "Perdagangan orang" } },
                Summary = "What is done against trafficking in persons.",
                BroaderTheme = await _theme.Value,
                Sources = { Source() },
            },
            nameof(Product) => new Product
            {
                Name = $"products/{NewId()}",
                Title = "Voluntary reporting system",
                Kind = ProductKind.System,
                Summary = "A system to which members report.",
                Owners = { await _body.Value },
                Commitments = { (await platform.RecordedAsync<Commitment>()).Name },
                Themes = { "people-smuggling" },
                Sources = { Source() },
            },
            nameof(Commitment) => await CommitmentAsync(),
            nameof(ProgressUpdate) => new ProgressUpdate
            {
                Name = $"{(await platform.RecordedAsync<Commitment>()).Name}/progressUpdates/{NewId()}",
                ReportedFor = await _body.Value,
                Narrative = "A first workshop was held.",
                Level = ImplementationLevel.Limited,
                Source = ProgressSource.SelfReported,
                Evidence = { await EvidenceAsync() },
            },
            nameof(Assessment) => new Assessment
            {
                Name = $"{(await platform.RecordedAsync<Commitment>()).Name}/assessments/{NewId()}",
                Level = ImplementationLevel.Substantial,
                Reason = "Two of three workshops were held.",
                AssessedFor = await _participant.Value,
                Evidence = { await EvidenceAsync() },
            },
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No draft is made of this type yet."),
        };
        draft.EffectiveDate = Day;
        return draft;
    }

    private async Task<Meeting> MeetingAsync() => new()
    {
        Name = $"meetings/{NewId()}",
        Title = "Seventh AHG Senior Officials' Meeting",
        ShortName = "AHG7",
        Kind = MeetingKind.SeniorOfficialsMeeting,
        Bodies = { await _body.Value },
        SeriesOrdinals = { new SeriesOrdinal { Series = "AHG Senior Officials' Meeting", Ordinal = 7, Sources = { Source() } } },
        Status = MeetingStatus.Held,
        Dates = Dates(),
        StatedDates = { new StatedDates { Dates = Dates(), Sources = { Source() } } },
        Counts = { new AttendanceCount { Kind = AttendeeKind.States, Number = 41, Sources = { Source() } } },
        Format = MeetingFormat.InPerson,
        Place = new Place { City = "Sydney", CountryCode = "AUS", Venue = "Conference centre" },
        Chairs = { await _participant.Value },
        Hosts = { await _participant.Value },
        Funders = { await _body.Value },
        AgendaItems = { new AgendaItem { Kind = AgendaItemKind.Purpose, Summary = "To prepare the conference.", Sources = { Source() } } },
        AttendanceRecord = AttendanceRecord.Listed,
        Summary = "Preceded the Fifth Conference.",
        Sources = { Source() },
    };

    private async Task<Attendance> AttendanceAsync()
    {
        var participant = (await ParticipantAsync()).Name;
        return new Attendance
        {
            Name = $"{(await platform.RecordedAsync<Meeting>()).Name}/attendances/{participant.Split('/')[1]}",
            Party = participant,
            Capacity = AttendanceCapacity.Member,
            Mode = AttendanceMode.InPerson,
            HeadOfDelegation = "Ambassador",
            DelegationSize = 3,
            ListedAs = "Vietnam",
            Sources = { Source() },
        };
    }

    private async Task<Outcome> OutcomeAsync() => new()
    {
        Name = $"{(await platform.RecordedAsync<Meeting>()).Name}/outcomes/{NewId()}",
        Locator = new Locator
        {
            Document = await _document.Value,
            Paragraph = "¶23, bullet 5",
            Spans = { new TextSpan { FirstLine = 12, FirstColumn = 1, LastLine = 13, LastColumn = 40 } },
        },
        Sequence = 23,
        Title = "Working group on trafficking",
        Summary = "Recommends that Ministers agree to establish a working group.",
        OfficialText = "",
        Kind = OutcomeKind.Recommendation,
        OperativeVerbs = { "agreed to recommend" },
        Speakers = { await _body.Value },
        SpeakerAsWritten = "Participants",
        Addressees = { await _body.Value },
        Themes = { "trafficking-in-persons" },
        Conditions = { "where appropriate" },
        Proposers = { await _participant.Value },
        Implementers = { await _body.Value },
        Sources = { Source() },
    };

    private async Task<Commitment> CommitmentAsync() => new()
    {
        Name = $"commitments/{NewId()}",
        Title = "Liaison officers' network",
        Summary = "Keep the network of liaison officers going.",
        Kind = CommitmentKind.Undertaking,
        Origins = { new Origin { Outcome = await _outcome.Value, Role = OriginRole.Made, Date = Day } },
        Owners = { new Owner { Party = (await BodyAsync()).Name, Role = OwnerRole.Lead, Responsibility = Responsibility.Joint },
            new Owner { Party = (await ParticipantAsync()).Name, Role = OwnerRole.Supporting } },
        Themes = { "information-exchange" },
        Advances = { await _outcome.Value },
        Deadline = new Deadline { AsWritten = "the next conference", Meeting = await _meeting.Value },
        Conditions = { "where appropriate" },
    };

    private async Task<IEnumerable<Evidence>> EvidenceAsync() =>
    [
        new Evidence { Outcome = await _outcome.Value },
        new Evidence { Meeting = await _meeting.Value },
        new Evidence { Document = Source() },
        new Evidence { Link = "https://www.example.org/workshop" },
    ];

    private Task<Participant> ParticipantAsync() => platform.RecordedAsync<Participant>();

    private Task<Body> BodyAsync() => platform.RecordedAsync<Body>();

    private static string NewId() => PlatformFixture.NewId();

    private static DatedName NameOf(string text, NameKind kind) => new()
    {
        Text = text,
        Kind = kind,
        ValidFrom = "1976-07-02",
        ValidUntil = "2100-01-01",
        Sources = { Source() },
    };

    private static DateRange Dates() => new()
    {
        AsWritten = "early March 2013",
        EarliestDate = "2013-03-01",
        LatestDate = "2013-03-10",
        Sense = DateSense.Within,
    };

    private static SourceReference Source() => new()
    {
        Document = CitedDocument,
        Paragraph = "¶17",
        Note = "The list stands in the annex.",
    };
}
