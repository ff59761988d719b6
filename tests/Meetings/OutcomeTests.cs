using Platform.Fixtures;
using Platform.Meetings.V1;

namespace Platform.Meetings.Tests;

/// <summary>Outcomes, their official text, the links between them and the responses to them.</summary>
public abstract class OutcomeTests(PlatformFixture platform)
{
    private static readonly string CopySha256 = new('a', 64);

    [Fact]
    public async Task AttachOfficialText_FromTheCopyOfTheRecord_IsACorrection()
    {
        var outcome = await platform.RecordedAsync<Outcome>();

        var attached = await AttachAsync(outcome, "The meeting agreed.");

        Assert.Equal(("The meeting agreed.", 2L, outcome.EffectiveDate), (attached.OfficialText, attached.Version, attached.EffectiveDate));
    }

    [Fact]
    public async Task AttachOfficialText_FromAnotherCopy_IsRefusedByTheNameOfTheDocument()
    {
        var outcome = await platform.RecordedAsync<Outcome>();

        var refused = await platform.Officer.Meetings.AttachOfficialTextAsync(new()
        {
            Name = outcome.Name,
            OfficialText = "Words.",
            DocumentSha256 = new string('b', 64)
        }).RefusedAsync();

        Assert.Equal("RULE_VIOLATED", refused.Reason);
        Assert.Contains(outcome.Locator.Document, refused.Message, StringComparison.Ordinal);
        Assert.Equal(outcome, (await platform.Reader.Meetings.GetOutcomeAsync(new() { Name = outcome.Name })).Outcome);
    }

    [Fact]
    public async Task AttachOfficialText_WhereNoCopyHasBeenSeen_IsRefused()
    {
        var document = await platform.RecordedAsync<Document>(d => d.Sha256 = "");
        var outcome = await platform.RecordedAsync<Outcome>(o => o.Locator.Document = document.Name);

        await platform.Officer.Meetings.AttachOfficialTextAsync(new()
        {
            Name = outcome.Name,
            OfficialText = "Words.",
            DocumentSha256 = CopySha256
        }).IsRefusedByAsync("DOCUMENT_COPY_UNSEEN");
    }

    [Fact]
    public async Task AttachOfficialText_TheSameAgain_ChangesNothing()
    {
        var outcome = await platform.RecordedAsync<Outcome>();
        var first = await AttachAsync(outcome, "Words.");

        Assert.Equal(first, await AttachAsync(outcome, "Words."));
    }

    [Fact]
    public async Task AttachOfficialText_OtherWordsThanThoseAttached_IsRefused()
    {
        var outcome = await platform.RecordedAsync<Outcome>();
        await AttachAsync(outcome, "Words.");

        await platform.Officer.Meetings.AttachOfficialTextAsync(new()
        {
            Name = outcome.Name,
            OfficialText = "Other words.",
            DocumentSha256 = CopySha256
        }).IsRefusedByAsync("OFFICIAL_TEXT_ATTACHED");
    }

    [Fact]
    public async Task AttachOfficialText_RepeatedWithItsRequestId_GivesTheFirstAnswer()
    {
        var outcome = await platform.RecordedAsync<Outcome>();
        var request = new AttachOfficialTextRequest
        {
            Name = outcome.Name,
            OfficialText = "Words.",
            DocumentSha256 = CopySha256,
            RequestId = PlatformFixture.NewId("request"),
        };
        var first = await platform.Officer.Meetings.AttachOfficialTextAsync(request);
        var other = request.Clone();
        other.OfficialText = "Other words.";

        Assert.Equal(first, await platform.Officer.Meetings.AttachOfficialTextAsync(request));
        await platform.Officer.Meetings.AttachOfficialTextAsync(other)
            .IsRefusedAsync("REQUEST_ID_REUSED", ("request_id", request.RequestId));
    }

    [Theory]
    [InlineData("", "a", "official_text")]
    [InlineData("Words\a.", "a", "official_text")]
    [InlineData("Words.", "A", "document_sha256")]
    [InlineData("Words.", "", "document_sha256")]
    public async Task AttachOfficialText_MalformedField_IsRefused(string text, string digit, string field)
    {
        var outcome = await platform.RecordedAsync<Outcome>();

        await platform.Officer.Meetings.AttachOfficialTextAsync(new()
        {
            Name = outcome.Name,
            OfficialText = text,
            DocumentSha256 = string.Concat(Enumerable.Repeat(digit, 64))
        }).IsRefusedForFieldAsync(field);
    }

    [Fact]
    public async Task AttachOfficialText_ToWhatDoesNotExist_IsNotFound() =>
        await platform.Officer.Meetings.AttachOfficialTextAsync(new()
        {
            Name = "meetings/x/outcomes/y",
            OfficialText = "Words.",
            DocumentSha256 = CopySha256
        })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", "meetings/x/outcomes/y"));

    [Fact]
    public async Task UpdateOutcome_OfficialText_IsLeftToAttachOfficialText()
    {
        var outcome = await platform.RecordedAsync<Outcome>();
        outcome.OfficialText = "Words.";

        var refused = await platform.Officer.Meetings.UpdateOutcomeAsync(new()
        {
            Outcome = outcome,
            UpdateMask = new() { Paths = { "official_text" } },
            Correction = new() { Version = 1, Reason = "It was recorded wrongly." }
        }).RefusedAsync();

        Assert.Contains("AttachOfficialText", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateOutcome_WithOfficialText_IsLeftToAttachOfficialText()
    {
        // Nobody could tell from which copy it comes.
        var draft = await platform.DraftAsync<Outcome>(o => o.OfficialText = "Words.");

        await platform.Officer.Meetings.CreateOutcomeAsync(new() { Outcome = draft }).IsRefusedForFieldAsync("outcome.official_text");
    }

    [Fact]
    public async Task CreateOutcome_WithoutLocator_IsRefused()
    {
        var draft = await platform.DraftAsync<Outcome>(o => o.Locator = null);

        await platform.Officer.Meetings.CreateOutcomeAsync(new() { Outcome = draft }).IsRefusedForFieldAsync("outcome.locator");
    }

    [Theory]
    [InlineData(0, 0, 0, 0, "first_line")]
    [InlineData(3, -1, 0, 0, "first_column")]
    [InlineData(3, 0, 2, 0, "last_line")]
    [InlineData(3, 5, 3, 4, "last_column")]
    [InlineData(3, 5, 0, 4, "last_column")]
    public async Task CreateOutcome_SpanThatEndsBeforeItBegins_IsRefused(int firstLine, int firstColumn, int lastLine, int lastColumn,
        string field)
    {
        var draft = await platform.DraftAsync<Outcome>(o => o.Locator.Spans[0] = new TextSpan
        {
            FirstLine = firstLine,
            FirstColumn = firstColumn,
            LastLine = lastLine,
            LastColumn = lastColumn
        });

        await platform.Officer.Meetings.CreateOutcomeAsync(new() { Outcome = draft })
            .IsRefusedForFieldAsync($"outcome.locator.spans[0].{field}");
    }

    [Theory]
    [InlineData("Trafficking In Persons")]
    [InlineData("")]
    public async Task CreateOutcome_ThemeInAnotherForm_IsRefused(string theme)
    {
        var draft = await platform.DraftAsync<Outcome>(o => o.Themes[0] = theme);

        await platform.Officer.Meetings.CreateOutcomeAsync(new() { Outcome = draft }).IsRefusedForFieldAsync("outcome.themes[0]");
    }

    [Fact]
    public async Task ListOutcomes_OfSeveralFilters_GivesWhatHasAllOfThem()
    {
        var meeting = await platform.RecordedAsync<Meeting>();
        var tasking = await OutcomeOfAsync(meeting, OutcomeKind.Tasking, "trafficking-in-persons");
        await OutcomeOfAsync(meeting, OutcomeKind.Tasking, "returns");
        await OutcomeOfAsync(meeting, OutcomeKind.Decision, "trafficking-in-persons");

        var found = await platform.Reader.Meetings.ListOutcomesAsync(new()
        {
            Parent = meeting.Name,
            Kinds = { OutcomeKind.Tasking },
            Themes = { "trafficking-in-persons" }
        });

        Assert.Equal([tasking], found.Outcomes);
    }

    [Fact]
    public async Task CreateOutcomeLink_FromLaterToEarlier_IsFoundFromBothEnds()
    {
        var link = await platform.RecordedAsync<OutcomeLink>();

        Assert.Equal([link], (await platform.Reader.Meetings.ListOutcomeLinksAsync(new() { Outcome = link.Outcome })).OutcomeLinks);
        Assert.Equal([link], (
            await platform.Reader.Meetings.ListOutcomeLinksAsync(new() { Target = link.Target })).OutcomeLinks);
        Assert.Empty((await platform.Reader.Meetings.ListOutcomeLinksAsync(new() { Outcome = link.Target })).OutcomeLinks);
    }

    [Fact]
    public async Task CreateOutcomeLink_FromAnOutcomeToItself_IsRefused()
    {
        var draft = await platform.DraftAsync<OutcomeLink>(l => l.Target = l.Outcome);

        await platform.Officer.Meetings.CreateOutcomeLinkAsync(new() { OutcomeLink = draft })
            .IsRefusedForFieldAsync("outcome_link.target");
    }

    [Fact]
    public async Task CreateRecommendationResponse_ToWhatIsNoRecommendation_IsRefused()
    {
        var decision = await platform.RecordedAsync<Outcome>(o => o.Kind = OutcomeKind.Decision);
        var draft = await platform.DraftAsync<RecommendationResponse>(r => r.Name = $"{decision.Name}/responses/mc-5");

        await platform.Officer.Meetings.CreateRecommendationResponseAsync(new() { RecommendationResponse = draft })
            .IsRefusedByAsync("RESPONSE_TO_OTHER");
    }

    [Fact]
    public async Task CreateOutcomeLink_ToALaterOutcome_IsRefused()
    {
        var earlier = await platform.RecordedAsync<Outcome>(o => o.EffectiveDate = "2013-03-04");
        var draft = await platform.DraftAsync<OutcomeLink>(l => l.Outcome = earlier.Name);

        await platform.Officer.Meetings.CreateOutcomeLinkAsync(new() { OutcomeLink = draft }).IsRefusedByAsync("LINK_BACK_IN_TIME");
    }

    [Fact]
    public async Task CreateOutcomeLink_ToTheBodyThatItEstablishes_IsFoundByTheBody()
    {
        var body = await platform.RecordedAsync<Membership.V1.Body>();

        var link = await platform.RecordedAsync<OutcomeLink>(l => (l.Relation, l.Target) = (OutcomeRelation.Establishes, body.Name));

        Assert.Equal([link], (await platform.Reader.Meetings.ListOutcomeLinksAsync(new() { Target = body.Name })).OutcomeLinks);
    }

    [Fact]
    public async Task CreateDocument_LinkThatIsNotHttps_IsRefused()
    {
        foreach (var link in new[] { "http://www.example.org", "www.example.org", "javascript:alert(1)", "file:///etc/passwd" })
        {
            var draft = await platform.DraftAsync<Document>(d => d.Link = link);
            await platform.Officer.Meetings.CreateDocumentAsync(new() { Document = draft }).IsRefusedForFieldAsync("document.link");
        }
    }

    private Task<Outcome> OutcomeOfAsync(Meeting meeting, OutcomeKind kind, string theme) =>
        platform.RecordedAsync<Outcome>(o => (o.Name, o.Kind, o.Themes[0]) = ($"{meeting.Name}/outcomes/{PlatformFixture.NewId()}", kind,
            theme));

    private async Task<Outcome> AttachAsync(Outcome outcome, string text) =>
        (await platform.Officer.Meetings.AttachOfficialTextAsync(new()
        {
            Name = outcome.Name,
            OfficialText = text,
            DocumentSha256 = CopySha256
        })).Outcome;
}

public sealed class OutcomesEmbedded(EmbeddedPlatform platform) : OutcomeTests(platform);

public sealed class OutcomesOnServers(ServersPlatform platform) : OutcomeTests(platform);
