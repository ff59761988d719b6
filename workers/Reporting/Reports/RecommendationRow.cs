using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>A recommendation to Ministers and, where they could have spoken, their response.</summary>
public sealed record RecommendationRow : ReportRow
{
    /// <summary>Resource name of the outcome.</summary>
    public required string Outcome { get; init; }

    /// <summary>Short neutral title.</summary>
    public required string Title { get; init; }

    /// <summary>Neutral summary.</summary>
    public required string Summary { get; init; }

    /// <summary>The words of the document; empty until attached.</summary>
    public required string OfficialText { get; init; }

    /// <summary>Who recommended, in words.</summary>
    public required string MadeBy { get; init; }

    /// <summary>The day on which it was made.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>To whom it is put, in words.</summary>
    public required string AddressedTo { get; init; }

    /// <summary>Conditions stated with it.</summary>
    public required string Conditions { get; init; }

    /// <summary>The response in force; unspecified, "no recorded response", where the record is silent.</summary>
    public required ResponseStatus Response { get; init; }

    /// <summary>Where the response stands; empty where there is none.</summary>
    public required string RespondedIn { get; init; }

    /// <summary>The day of the response; null where there is none.</summary>
    public required DateOnly? RespondedOn { get; init; }

    /// <summary>The next ministerial conference after it that was held; empty where none was yet.</summary>
    public required string NextConference { get; init; }

    /// <summary>What differs or was left open.</summary>
    public required string Note { get; init; }

    /// <summary>Recommendations made in the run-up to the base conference: after the one before it, and by its last day.</summary>
    internal static IReadOnlyList<RecommendationRow> BuildEarlier(ReportContext context) =>
        Build(context, date => date <= context.BaseEnd && !(date <= context.PreviousEnd));

    /// <summary>Recommendations made after the base conference: the next one has still to speak.</summary>
    internal static IReadOnlyList<RecommendationRow> BuildSought(ReportContext context) =>
        Build(context, date => date > context.BaseEnd && date <= context.Definition.AsOf);

    private static List<RecommendationRow> Build(ReportContext context, Func<DateOnly, bool> made) =>
    [
        .. context.View.Outcomes
            .Where(context.AddressesMinisters)
            .Select(o => (outcome: o, date: context.DateOf(o)))
            .Where(o => made(o.date))
            .OrderBy(o => o.date)
            .ThenBy(o => ResourceNames.Parent(o.outcome.Name), StringComparer.Ordinal)
            .ThenBy(o => o.outcome.Sequence)
            .ThenBy(o => o.outcome.Name, StringComparer.Ordinal)
            .Select(o => Of(context, o.outcome, o.date)),
    ];

    private static RecommendationRow Of(ReportContext context, Outcome outcome, DateOnly date)
    {
        var citations = context.NewCitations();
        var reference = citations.Of(outcome);
        // A later silence takes nothing back: the last response that somebody gave.
        var response = context.View.ResponsesTo(outcome.Name).LastOrDefault(r => r.Status != ResponseStatus.Unspecified);
        return new RecommendationRow
        {
            Key = outcome.Name,
            Reference = reference,
            Outcome = outcome.Name,
            Title = outcome.Title,
            Summary = outcome.Summary,
            OfficialText = outcome.OfficialText,
            MadeBy = outcome.Speakers.Count > 0 ? context.Parties(outcome.Speakers) : outcome.SpeakerAsWritten,
            Date = date,
            AddressedTo = context.Parties(outcome.Addressees),
            Conditions = ReportContext.List(outcome.Conditions),
            Response = response?.Status ?? ResponseStatus.Unspecified,
            RespondedIn = response is null ? string.Empty : Where(context, response, citations),
            RespondedOn = response is null ? null : context.View.EffectiveDateOf(response),
            NextConference = NextConferenceAfter(context, date),
            Note = response?.Note ?? string.Empty,
            Document = citations.First,
            CitedDocuments = citations.Documents,
        };
    }

    private static string NextConferenceAfter(ReportContext context, DateOnly date) =>
        context.HeldConferences.FirstOrDefault(c => c.Last > date && c.Last <= context.Definition.AsOf).Label ?? string.Empty;

    private static string Where(ReportContext context, RecommendationResponse response, Citations citations)
    {
        var outcomes = ReportContext.List(response.RespondingOutcomes.Select(context.View.Find<Outcome>).OfType<Outcome>()
            .Select(citations.Of));
        return outcomes.Length > 0 ? outcomes
            : citations.Of(response.Sources) is { Length: > 0 } sources ? sources
            : context.View.Find<Meeting>(response.RespondingMeeting) is { } meeting ? ReportContext.MeetingLabel(meeting) : string.Empty;
    }
}
