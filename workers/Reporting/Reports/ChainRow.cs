using Platform.Meetings.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>What a step of a chain is: the columns of the sheet, in the order in which a matter usually passes through them.</summary>
public enum ChainStage
{
    /// <summary>What a matter comes from: a proposal, an offer, or something noted.</summary>
    Origin,

    /// <summary>A recommendation.</summary>
    Recommendation,

    /// <summary>A decision.</summary>
    Decision,

    /// <summary>A tasking.</summary>
    Tasking,

    /// <summary>What somebody undertook or was asked to do.</summary>
    Undertaking,

    /// <summary>What was delivered, reported or recalled of it.</summary>
    Result,
}

/// <summary>A step of a chain.</summary>
/// <param name="Stage">What it is.</param>
/// <param name="Deed">What was done, in a word.</param>
/// <param name="Date">The day on which it was said.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Title">What it is about.</param>
public sealed record ChainStep(ChainStage Stage, string Deed, DateOnly Date, string Place, string Title);

/// <summary>
/// How a tasking, a decision or a recommendation came about and what followed: its ancestors and descendants by the links
/// of the record. What else came of a shared ancestor, a sibling, has a chain of its own.
/// </summary>
public sealed record ChainRow : ReportRow
{
    private const int MaxSteps = 30;

    // Of a longer chain as much is followed as makes the shown steps likely to be its first: the work for an outcome stays
    // the same however many are linked.
    private const int MaxFollowed = 10 * MaxSteps;

    /// <summary>What the chain is about.</summary>
    public required string Title { get; init; }

    /// <summary>Its steps, each cause before what follows from it.</summary>
    public required IReadOnlyList<ChainStep> Steps { get; init; }

    /// <summary>How many more steps there are, in words; empty where all are shown.</summary>
    public required string More { get; init; }

    internal static IReadOnlyList<ChainRow> Build(
        ReportContext context, IReadOnlyList<TaskingRow> taskings, IEnumerable<RecommendationRow> recommendations)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        var rows = taskings.Select(t => Of(context, t.Outcome, t, told)).ToList();
        // A recommendation that a chain above passes through needs none of its own.
        rows.AddRange(recommendations.Where(r => !told.Contains(r.Outcome)).Select(r => Of(context, r.Outcome, null, told)));
        return rows;
    }

    private static ChainRow Of(ReportContext context, string name, TaskingRow? tasking, HashSet<string> told)
    {
        var citations = context.NewCitations();
        var view = context.View;
        var outcome = view.Find<Outcome>(name)!;
        var reference = citations.Of(outcome);
        var found = new HashSet<string>(StringComparer.Ordinal) { name };
        // Ancestors and descendants, each followed in its own direction only: other followers of a
        // shared ancestor have chains of their own.
        var isWhole = Follow(name, found, n => view.LinksFrom(n).Select(l => l.Target))
            & Follow(name, found, n => view.LinksTo(n).Select(l => l.Outcome));
        told.UnionWith(found);
        var steps = CausesFirst(view,
        [
            .. found
                .Select(view.Find<Outcome>)
                .OfType<Outcome>()
                .OrderBy(context.DateOf)
                .ThenBy(o => ResourceNames.Parent(o.Name), StringComparer.Ordinal)
                .ThenBy(o => o.Sequence)
                .ThenBy(o => o.Name, StringComparer.Ordinal),
        ]);
        var progress = (tasking?.Commitments ?? []).SelectMany(c => c.Progress).Where(p => p.Reference.Length > 0)
            .Select(p => new ChainStep(ChainStage.Result, Labels.Deed(OutcomeRelation.Reports), p.Date, p.Reference, p.Narrative)).ToList();
        return new ChainRow
        {
            Reference = reference,
            Title = outcome.Title,
            Steps =
            [
                .. steps.Take(MaxSteps).Select(o => new ChainStep(
                    StageOf(view, o), DeedOf(view, o, found), context.DateOf(o), Place(context, o, citations), o.Title)),
                .. progress.Take(MaxSteps),
            ],
            More = (steps.Count > MaxSteps, isWhole) switch
            {
                (false, _) => string.Empty,
                (_, true) => Wording.Format($"and {steps.Count - MaxSteps} more"),
                _ => Wording.Format($"and at least {steps.Count - MaxSteps} more"),
            },
            Document = citations.First,
            CitedDocuments = [.. citations.Documents.Union(tasking?.CitedDocuments ?? [], StringComparer.Ordinal)],
        };
    }

    // Nearest first; false when there is more than is followed.
    private static bool Follow(string start, HashSet<string> found, Func<string, IEnumerable<string>> next)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { start };
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out var name))
        {
            foreach (var neighbour in next(name).Where(seen.Add))
            {
                if (seen.Count > MaxFollowed)
                    return false;
                found.Add(neighbour);
                open.Enqueue(neighbour);
            }
        }
        return true;
    }

    // A meeting of unknown date is dated by the document that mentions it, too late for its place in
    // the story: whatever the dates say, an outcome is shown before those that refer to it.
    private static List<Outcome> CausesFirst(RecordView view, List<Outcome> byDate)
    {
        var places = byDate.Select((o, i) => (o.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);
        var (entered, added) = (new HashSet<int>(), new HashSet<int>());
        var told = new List<Outcome>(byDate.Count);
        // A stack of its own and no recursion: a chain may be longer than the thread's stack is deep.
        var open = new Stack<int>(Enumerable.Range(0, byDate.Count).Reverse());
        while (open.TryPeek(out var place))
        {
            // Entered before its causes are, so that circular links end.
            if (entered.Add(place))
            {
                foreach (var cause in CausesOf(place).Where(c => !entered.Contains(c)).OrderDescending())
                    open.Push(cause);
            }
            else if (open.Pop() is var done && added.Add(done))
            {
                told.Add(byDate[done]);
            }
        }
        return told;

        IEnumerable<int> CausesOf(int place) => view.LinksFrom(byDate[place].Name)
            .Select(l => places.GetValueOrDefault(l.Target, -1)).Where(cause => cause >= 0);
    }

    // Something noted begins a chain, or tells what became of it.
    private static ChainStage StageOf(RecordView view, Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Tasking => ChainStage.Tasking,
        OutcomeKind.Decision => ChainStage.Decision,
        OutcomeKind.Recommendation => ChainStage.Recommendation,
        OutcomeKind.Proposal or OutcomeKind.Offer => ChainStage.Origin,
        OutcomeKind.Request or OutcomeKind.Encouragement or OutcomeKind.Invitation or OutcomeKind.Undertaking
            or OutcomeKind.Reaffirmation => ChainStage.Undertaking,
        _ => view.LinksFrom(outcome.Name).Any() ? ChainStage.Result : ChainStage.Origin,
    };

    private static string DeedOf(RecordView view, Outcome outcome, HashSet<string> steps)
    {
        var deeds = view.LinksFrom(outcome.Name).Where(l => steps.Contains(l.Target)).Select(l => l.Relation).Distinct().Order()
            .Select(Labels.Deed).ToList();
        return deeds.Count > 0 ? string.Join(Wording.Of(" and "), deeds) : Labels.Deed(outcome.Kind);
    }

    // What a later document recalls is shown under the meeting that said it.
    private static string Place(ReportContext context, Outcome outcome, Citations citations)
    {
        var reference = citations.Of(outcome);
        var meeting = ResourceNames.Parent(outcome.Name);
        var document = context.View.FindDocument(outcome.Locator?.Document);
        return document is not null && document.Meeting != meeting && context.View.Find<Meeting>(meeting) is { } spoke
            ? Wording.Format($"{ReportContext.MeetingLabel(spoke)} (in {reference})")
            : reference;
    }
}
