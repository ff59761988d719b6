using Platform.Commitments.V1;
using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>A commitment that was open at the base conference, closed since, or made since.</summary>
public sealed record CommitmentRow : ReportRow
{
    /// <summary>Short neutral title.</summary>
    public required string Title { get; init; }

    /// <summary>Neutral summary.</summary>
    public required string Summary { get; init; }

    /// <summary>The words of the outcomes that made it; empty until attached.</summary>
    public required string OfficialText { get; init; }

    /// <summary>What kind it is.</summary>
    public required CommitmentKind Kind { get; init; }

    /// <summary>Whether it never completes, such as continued cooperation.</summary>
    public required bool Ongoing { get; init; }

    /// <summary>The day on which it was made.</summary>
    public required DateOnly MadeOn { get; init; }

    /// <summary>Resource names of those responsible and supporting.</summary>
    public required IReadOnlyList<string> Owners { get; init; }

    /// <summary>Who is responsible, in words.</summary>
    public required string Lead { get; init; }

    /// <summary>Who supports, in words.</summary>
    public required string Supporting { get; init; }

    /// <summary>Where it was reaffirmed.</summary>
    public required string ReaffirmedIn { get; init; }

    /// <summary>Ministerial taskings that it advances.</summary>
    public required string Advances { get; init; }

    /// <summary>Conditions stated with it.</summary>
    public required string Conditions { get; init; }

    /// <summary>Where it stands.</summary>
    public required CommitmentStatus Status { get; init; }

    /// <summary>The newest progress reported; null when none is recorded.</summary>
    public required ProgressNote? LatestProgress { get; init; }

    internal static IReadOnlyList<CommitmentRow> Build(ReportContext context) =>
    [
        // The rows are put in order, not the commitments, of which only one is read at a time.
        .. context.View.TakeCommitments()
            .Where(c => c.Closure is null || !(Days.Parse(c.Closure.Date) < context.BaseStart))
            .Select(c => Of(context, c, DayMade(context, c)))
            .OrderBy(c => c.MadeOn).ThenBy(c => c.Key, StringComparer.Ordinal),
    ];

    private static CommitmentRow Of(ReportContext context, Commitment commitment, DateOnly made)
    {
        var citations = context.NewCitations();
        var origins = Outcomes(context, commitment, OriginRole.Made).ToList();
        var reference = ReportContext.List(origins.Select(citations.Of));
        var updates = context.View.ProgressUpdatesOf(commitment.Name);
        return new CommitmentRow
        {
            Key = commitment.Name,
            Reference = reference,
            Title = commitment.Title,
            Summary = commitment.Summary,
            OfficialText = string.Join("\n", origins.Select(o => o.OfficialText).Where(t => t.Length > 0)),
            Kind = commitment.Kind,
            Ongoing = commitment.Ongoing,
            MadeOn = made,
            Owners = [.. commitment.Owners.Select(o => o.Party).Distinct()],
            Lead = context.Parties(commitment.Owners.Where(o => o.Role == OwnerRole.Lead).Select(o => o.Party)),
            Supporting = context.Parties(commitment.Owners.Where(o => o.Role != OwnerRole.Lead).Select(o => o.Party)),
            ReaffirmedIn = ReportContext.List(Outcomes(context, commitment, OriginRole.Reaffirmed).OrderBy(context.DateOf)
                .Select(citations.Of)),
            Advances = ReportContext.List(commitment.Advances.Select(context.View.Find<Outcome>).OfType<Outcome>()
                .Select(o => $"{o.Title} ({citations.Of(o)})")),
            Conditions = ReportContext.List(commitment.Conditions),
            Status = CommitmentStatus.Of(context, commitment, updates),
            LatestProgress = ProgressNote.Of(context, updates, citations).LastOrDefault(),
            Document = citations.First,
            CitedDocuments = citations.Documents,
        };
    }

    private static DateOnly DayMade(ReportContext context, Commitment commitment) =>
        commitment.Origins.Where(o => o.Role == OriginRole.Made).Min(o => Days.Parse(o.Date)) ?? context.View.EffectiveDateOf(commitment);

    private static IEnumerable<Outcome> Outcomes(ReportContext context, Commitment commitment, OriginRole role) =>
        commitment.Origins.Where(o => o.Role == role).Select(o => context.View.Find<Outcome>(o.Outcome)).OfType<Outcome>();
}
