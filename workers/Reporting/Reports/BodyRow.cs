using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Reporting.Reports;

/// <summary>A body of the process: what it is for, who leads it, what it met for and plans.</summary>
public sealed record BodyRow : ReportRow
{
    private const int MaxNamed = 8;

    /// <summary>Its name on the report's day.</summary>
    public required string Name { get; init; }

    /// <summary>Its mandate; empty where none is recorded.</summary>
    public required string Mandate { get; init; }

    /// <summary>Who chairs, manages or leads it, with the day of the document that says so.</summary>
    public required string Leads { get; init; }

    /// <summary>Its meetings since the base conference, in words.</summary>
    public required string Held { get; init; }

    /// <summary>Its meetings to come, in words.</summary>
    public required string Planned { get; init; }

    /// <summary>What it answers for, in words.</summary>
    public required string AnswersFor { get; init; }

    internal static IReadOnlyList<BodyRow> Build(
        ReportContext context, IReadOnlyList<MeetingRow> meetings, IReadOnlyList<CommitmentRow> commitments) =>
    [
        .. context.View.Bodies
            // A constituency is a way to name members together: it neither meets nor has a mandate.
            .Where(b => b.Kind != BodyKind.Constituency)
            .Select(b => Of(context, b, meetings, commitments))
            .OrderBy(b => b.Name, StringComparer.Ordinal),
    ];

    private static BodyRow Of(
        ReportContext context, Body body, IReadOnlyList<MeetingRow> meetings, IReadOnlyList<CommitmentRow> commitments)
    {
        var citations = context.NewCitations();
        var reference = citations.Of(body.Sources);
        var own = meetings.Where(m => m.Bodies.Contains(body.Name)).ToList();
        var owed = commitments.Where(c => c.Owners.Contains(body.Name)).ToList();
        return new BodyRow
        {
            Key = body.Name,
            Reference = reference,
            Name = context.Party(body.Name),
            Mandate = body.Mandate,
            Leads = LeadsOf(context, body, citations),
            Held = Named(own.Where(m => m.Status == MeetingStatus.Held)),
            Planned = Named(own.Where(m => m.Status == MeetingStatus.Planned)),
            AnswersFor = owed.Count == 0 ? string.Empty
                : Wording.Format($"{owed.Count} of the commitments followed, {owed.Count(c => c.Status.Closure is not null)} closed"),
            Document = citations.First,
            CitedDocuments = citations.Documents,
        };
    }

    private static string Named(IEnumerable<MeetingRow> meetings) => ReportContext.Lines(ReportContext.AtMost(MaxNamed,
        [.. meetings.Select(m => $"{(m.ShortName.Length > 0 ? m.ShortName : m.Title)} ({m.Days.Text})")]));

    // Those whose last step of that standing does not end it.
    private static string LeadsOf(ReportContext context, Body body, Citations citations) => ReportContext.Lines(
        context.View.StandingStepsIn(body.Name)
            .GroupBy(s => (Participant: ResourceNames.Parent(s.Name), s.Standing))
            .Select(g => g.OrderBy(context.View.EffectiveDateOf).ThenBy(s => s.Name, StringComparer.Ordinal).Last())
            .Where(s => s.Kind is StandingStepKind.CoChair or StandingStepKind.CoManager or StandingStepKind.Lead)
            .OrderBy(s => s.Kind).ThenBy(s => context.Party(ResourceNames.Parent(s.Name)), StringComparer.Ordinal)
            .Select(s => $"{context.Party(ResourceNames.Parent(s.Name))}: {Labels.Of(s.Kind).ToLowerInvariant()} "
                + $"({citations.Of(s.Sources)}, {Labels.Of(context.View.EffectiveDateOf(s))})"));
}
