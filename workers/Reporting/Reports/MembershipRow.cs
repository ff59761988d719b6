using Platform.Membership.V1;

namespace Platform.Reporting.Reports;

/// <summary>
/// The latest step of a participant's standing in a body. Where documents of one day state several,
/// each has a row: the record holds both and does not choose.
/// </summary>
public sealed record MembershipRow : ReportRow
{
    /// <summary>The participant's official name on the report's day.</summary>
    public required string Participant { get; init; }

    /// <summary>What it is.</summary>
    public required ParticipantKind Kind { get; init; }

    /// <summary>The body, in words.</summary>
    public required string Body { get; init; }

    /// <summary>The step.</summary>
    public required StandingStepKind Step { get; init; }

    /// <summary>When the step was taken; unknown where no document says.</summary>
    public required Days Date { get; init; }

    /// <summary>The day of the document that states it, or of the step.</summary>
    public required DateOnly StatedOn { get; init; }

    /// <summary>The body that decided; empty where no document says.</summary>
    public required string DecidedBy { get; init; }

    /// <summary>A condition stated with the step.</summary>
    public required string Condition { get; init; }

    /// <summary>How many statements of that day the record holds side by side: 1 where there is one.</summary>
    public required int Statements { get; init; }

    /// <summary>The steps before, oldest first, in words with dates and references.</summary>
    public required string EarlierSteps { get; init; }

    internal static IReadOnlyList<MembershipRow> Build(ReportContext context) =>
    [
        .. context.View.StandingSteps
            .GroupBy(s => (Participant: ResourceNames.Parent(s.Name), s.Body, s.Standing))
            .SelectMany(g => Of(context, g.Key.Participant, [.. g]))
            .OrderBy(r => r.Kind)
            .ThenBy(r => r.Participant, StringComparer.Ordinal)
            .ThenBy(r => r.Body, StringComparer.Ordinal)
            .ThenBy(r => r.Step)
            .ThenBy(r => r.Reference, StringComparer.Ordinal),
    ];

    private static IEnumerable<MembershipRow> Of(ReportContext context, string participant, List<StandingStep> steps)
    {
        var latest = steps.Max(context.View.EffectiveDateOf);
        var current = steps.Where(s => context.View.EffectiveDateOf(s) == latest).ToList();
        var earlier = steps.Except(current).OrderBy(context.View.EffectiveDateOf).ThenBy(s => s.Kind).ToList();
        foreach (var step in current)
        {
            var citations = context.NewCitations();
            yield return new MembershipRow
            {
                // Of several statements of one day each has a row; together they are the standing.
                Key = $"{participant} {step.Body} {step.Standing}",
                Reference = citations.Of(step.Sources),
                Participant = context.Party(participant),
                Kind = context.View.Find<Participant>(participant)?.Kind ?? ParticipantKind.Unspecified,
                Body = context.Party(step.Body),
                Step = step.Kind,
                Date = Days.Of(step.Date),
                StatedOn = context.View.EffectiveDateOf(step),
                DecidedBy = step.DecidingBody.Length > 0 ? context.Party(step.DecidingBody) : string.Empty,
                Condition = step.Condition,
                Statements = current.Count,
                EarlierSteps = ReportContext.Lines(
                    earlier.Select(s => $"{Labels.Of(s.Kind)}, {Labels.Of(context.View.EffectiveDateOf(s))} ({citations.Of(s.Sources)})")),
                Document = citations.First,
                CitedDocuments = citations.Documents,
            };
        }
    }
}
