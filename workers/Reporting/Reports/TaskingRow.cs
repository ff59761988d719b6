using Platform.Commitments.V1;
using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>A tasking or decision of the base conference and what became of it.</summary>
public sealed record TaskingRow : ReportRow
{
    /// <summary>Resource name of the outcome.</summary>
    public required string Outcome { get; init; }

    /// <summary>Short neutral title.</summary>
    public required string Title { get; init; }

    /// <summary>Neutral summary.</summary>
    public required string Summary { get; init; }

    /// <summary>The words of the document; empty until attached.</summary>
    public required string OfficialText { get; init; }

    /// <summary>Tasking or decision.</summary>
    public required OutcomeKind Kind { get; init; }

    /// <summary>To whom it was given, in words.</summary>
    public required string GivenTo { get; init; }

    /// <summary>Conditions stated with it.</summary>
    public required string Conditions { get; init; }

    /// <summary>The commitments that come from it or advance it.</summary>
    public required IReadOnlyList<TrackedCommitment> Commitments { get; init; }

    /// <summary>Where it stands, in a line: of one commitment its levels, of several how many are closed.</summary>
    public string Stand => Commitments switch
    {
        [] => Wording.Of("No commitment recorded"),
        [{ Status: var status }] => string.Join(" · ",
            Wording.Format($"Self-reported: {Lower(Labels.SelfReported(status.SelfReported))}"),
            Wording.Format($"by document: {Lower(Labels.ShownByDocument(status.ShownByDocument))}"),
            Wording.Format($"assessed: {Lower(Labels.Assessed(status.Assessed))}"),
            Lower(status.ClosureText)),
        var several => Told(several.Count, several.Count(c => c.Status.Closure is null),
            several.Count(c => c.Status.Closure == ClosureReason.Completed)),
    };

    private static string Told(int count, int open, int completed) =>
        Wording.Format($"{count} commitments: {open} open, {completed} completed, {count - open - completed} closed otherwise");

    private static string Lower(string words) => char.ToLowerInvariant(words[0]) + words[1..];

    internal static IReadOnlyList<TaskingRow> Build(ReportContext context) =>
    [
        .. context.View.OutcomesOf(context.Base.Name)
            .Where(o => o.Kind is OutcomeKind.Tasking or OutcomeKind.Decision)
            .Select(o => Of(context, o)),
    ];

    private static TaskingRow Of(ReportContext context, Outcome outcome)
    {
        var citations = context.NewCitations();
        return new TaskingRow
        {
            Key = outcome.Name,
            Reference = citations.Of(outcome),
            Outcome = outcome.Name,
            Title = outcome.Title,
            Summary = outcome.Summary,
            OfficialText = outcome.OfficialText,
            Kind = outcome.Kind,
            GivenTo = context.Parties(outcome.Addressees),
            Conditions = ReportContext.List(outcome.Conditions),
            Commitments =
            [
                // What the tasking itself made comes first, then what was added to advance it.
                .. context.View.CommitmentsOf(outcome.Name).OrderBy(c => c.Advances.Contains(outcome.Name))
                    .Select(c => (Commitment: c, Updates: context.View.ProgressUpdatesOf(c.Name)))
                    .Select(c => new TrackedCommitment(c.Commitment.Name, c.Commitment.Title, c.Commitment.Ongoing,
                        CommitmentStatus.Of(context, c.Commitment, c.Updates), ProgressNote.Of(context, c.Updates, citations))),
            ],
            Document = citations.First,
            CitedDocuments = citations.Documents,
        };
    }
}

/// <summary>A commitment under a tasking.</summary>
/// <param name="Name">Its resource name.</param>
/// <param name="Title">Its title.</param>
/// <param name="Ongoing">Whether it never completes.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Progress">What was reported on it, oldest first.</param>
public sealed record TrackedCommitment(
    string Name, string Title, bool Ongoing, CommitmentStatus Status, IReadOnlyList<ProgressNote> Progress);
