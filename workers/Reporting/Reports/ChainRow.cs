using System.Text;
using Platform.Meetings.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>
/// Tells the story of an outcome from its links: what led to it and what followed, oldest first,
/// each step with its paragraph, for example <c>proposed AHG7 ¶18 → recommended AHG7 ¶23, bullet 4
/// → decided MC5 bullet 2</c>. A step that follows from none before it stands behind a semicolon.
/// </summary>
internal static class OutcomeChain
{
    private const int MaxSteps = 30;

    // Of a longer story as much is followed as makes the shown steps likely to be its first: the work for an outcome stays
    // the same however many are linked.
    private const int MaxFollowed = 10 * MaxSteps;

    public static string Tell(ReportContext context, Outcome outcome, Citations citations)
    {
        context.Cancel.ThrowIfCancellationRequested();
        var view = context.View;
        var steps = new HashSet<string>(StringComparer.Ordinal) { outcome.Name };
        // Ancestors and descendants, each followed in its own direction only: other followers of a
        // shared ancestor have stories of their own.
        var isWhole = Follow(outcome.Name, steps, name => view.LinksFrom(name).Select(l => l.Target))
            & Follow(outcome.Name, steps, name => view.LinksTo(name).Select(l => l.Outcome));

        var told = steps
            .Select(view.Find<Outcome>)
            .OfType<Outcome>()
            .OrderBy(context.DateOf)
            .ThenBy(o => ResourceNames.Parent(o.Name), StringComparer.Ordinal)
            .ThenBy(o => o.Sequence)
            .ThenBy(o => o.Name, StringComparer.Ordinal)
            .ToList();
        if (told.Count < 2)
            return string.Empty;
        told = CausesFirst(view, told);
        var text = new StringBuilder();
        var before = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in told.Take(MaxSteps))
        {
            // An arrow stands only where a link leads back to something shown before; what has another cause is shown apart.
            if (text.Length > 0)
                text.Append(view.LinksFrom(step.Name).Any(l => before.Contains(l.Target)) ? " → " : "; ");
            text.Append(DeedOf(view, step, steps)).Append(' ').Append(Place(context, step, citations));
            before.Add(step.Name);
        }
        if (told.Count > MaxSteps)
            text.Append("; and ").Append(isWhole ? "" : "at least ").Append(told.Count - MaxSteps).Append(" more");
        return text.ToString();
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

    private static string DeedOf(RecordView view, Outcome outcome, HashSet<string> steps)
    {
        var deeds = view.LinksFrom(outcome.Name).Where(l => steps.Contains(l.Target)).Select(l => l.Relation).Distinct().Order()
            .Select(Labels.Deed).ToList();
        return deeds.Count > 0 ? string.Join(" and ", deeds) : Labels.Deed(outcome.Kind);
    }

    // What a later document recalls is shown under the meeting that said it.
    private static string Place(ReportContext context, Outcome outcome, Citations citations)
    {
        var reference = citations.Of(outcome);
        var meeting = ResourceNames.Parent(outcome.Name);
        var document = context.View.FindDocument(outcome.Locator?.Document);
        return document is not null && document.Meeting != meeting && context.View.Find<Meeting>(meeting) is { } spoke
            ? $"{ReportContext.MeetingLabel(spoke)} (in {reference})"
            : reference;
    }
}
