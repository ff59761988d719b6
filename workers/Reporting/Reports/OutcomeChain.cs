using Platform.Hosting.Databases;
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

    public static string Tell(ReportContext context, Outcome outcome, Citations citations)
    {
        var view = context.View;
        var steps = new HashSet<string>(StringComparer.Ordinal) { outcome.Name };
        // Ancestors and descendants, each followed in its own direction only: other followers of a
        // shared ancestor have stories of their own.
        Follow(outcome.Name, steps, name => view.LinksFrom(name).Select(l => l.Target));
        Follow(outcome.Name, steps, name => view.LinksTo(name).Select(l => l.Outcome));

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
        var text = string.Concat(told.Take(MaxSteps)
            .Select((o, i) => $"{Joint(view, told, i)}{DeedOf(view, o, steps)} {Place(context, o, citations)}"));
        return told.Count > MaxSteps ? $"{text}; and {told.Count - MaxSteps} more" : text;
    }

    // An arrow stands only where a link leads back to something shown before; what has another cause is shown apart.
    private static string Joint(RecordView view, List<Outcome> told, int index)
    {
        if (index == 0)
            return string.Empty;
        var before = told.Take(index).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        return view.LinksFrom(told[index].Name).Any(l => before.Contains(l.Target)) ? " → " : "; ";
    }

    private static void Follow(string start, HashSet<string> found, Func<string, IEnumerable<string>> next)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { start };
        var open = new Queue<string>(seen);
        while (open.TryDequeue(out var name))
        {
            foreach (var neighbour in next(name).Where(seen.Add))
            {
                found.Add(neighbour);
                open.Enqueue(neighbour);
            }
        }
    }

    // A meeting of unknown date is dated by the document that mentions it, too late for its place in
    // the story: whatever the dates say, an outcome is shown before those that refer to it.
    private static List<Outcome> CausesFirst(RecordView view, List<Outcome> byDate)
    {
        var untold = byDate.ToDictionary(o => o.Name, StringComparer.Ordinal);
        var told = new List<Outcome>(byDate.Count);
        foreach (var outcome in byDate)
            TellAfterCauses(outcome);
        return told;

        void TellAfterCauses(Outcome outcome)
        {
            // Removed before its causes are shown, so that circular links end.
            if (!untold.Remove(outcome.Name))
                return;
            foreach (var cause in byDate.Where(o => view.LinksFrom(outcome.Name).Any(l => l.Target == o.Name)))
                TellAfterCauses(cause);
            told.Add(outcome);
        }
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
