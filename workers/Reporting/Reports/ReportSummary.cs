using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Reporting.Reports;

/// <summary>A fact of the process on the first page.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Text">The fact, with its reference where it has one.</param>
public sealed record SummaryFact(string Label, string Text);

/// <summary>A figure on the first page.</summary>
/// <param name="Label">What is counted, in English, the same in every language.</param>
/// <param name="Text">What is counted, in the language of the report.</param>
/// <param name="Value">How many.</param>
/// <param name="Sheet">The sheet whose rows it counts.</param>
public sealed record SummaryFigure(string Label, string Text, int Value, string Sheet);

/// <summary>Figures that split one total.</summary>
/// <param name="Title">What is split.</param>
/// <param name="Sheet">The sheet whose rows it counts.</param>
/// <param name="Lines">The parts, all of them, in the order of their scale.</param>
public sealed record SummaryBreakdown(string Title, string Sheet, IReadOnlyList<(string Label, int Count)> Lines);

/// <summary>How many commitments stand at a level of implementation.</summary>
/// <param name="Level">The level, in words.</param>
/// <param name="SelfReported">As last self-reported.</param>
/// <param name="ShownByDocument">As a document last showed it.</param>
/// <param name="Assessed">As last assessed by the co-chairs.</param>
public sealed record ImplementationCount(string Level, int SelfReported, int ShownByDocument, int Assessed);

/// <summary>How many of the commitments followed were made and closed in a year.</summary>
/// <param name="Year">The year, or the years before the first that is shown.</param>
/// <param name="Made">How many were made.</param>
/// <param name="Closed">How many were closed, as far as the day is known.</param>
public sealed record YearCount(string Year, int Made, int Closed);

/// <summary>
/// The first page: facts and counts. It counts what the record holds and never ranks or scores
/// anybody: no figure is of one participant.
/// </summary>
public sealed record ReportSummary
{
    private const int MaxKinds = 6;
    private const int MaxYears = 5;

    /// <summary>What the report is about, for the cover.</summary>
    public required IReadOnlyList<SummaryFact> Facts { get; init; }

    /// <summary>Key figures.</summary>
    public required IReadOnlyList<SummaryFigure> Figures { get; init; }

    /// <summary>The recommendations made to the base conference, split by response: what the chart shows.</summary>
    public required SummaryBreakdown Responses { get; init; }

    /// <summary>Commitments by closure.</summary>
    public required SummaryBreakdown Closures { get; init; }

    /// <summary>Commitments by timeliness.</summary>
    public required SummaryBreakdown Timeliness { get; init; }

    /// <summary>The meetings held since the base conference, by kind; kinds of which none was held are left out, and the
    /// rarest of many share a line.</summary>
    public required SummaryBreakdown MeetingKinds { get; init; }

    /// <summary>Commitments by level of implementation, by where it comes from.</summary>
    public required IReadOnlyList<ImplementationCount> Implementation { get; init; }

    /// <summary>The commitments over time; the years before the last five share a line.</summary>
    public required IReadOnlyList<YearCount> Years { get; init; }

    /// <summary>What the documents leave open or say differently, in the number of things that it concerns.</summary>
    public required SummaryBreakdown Unknown { get; init; }

    internal static ReportSummary Build(ReportContext context, ReportTables tables)
    {
        var baseLabel = ReportContext.MeetingLabel(context.Base);
        var held = tables.Meetings.Where(m => m.Status == MeetingStatus.Held).Select(m => m.Kind).ToList();
        return new ReportSummary
        {
            Facts = FactsOf(context, tables),
            Figures =
            [
                Figure($"Taskings of {baseLabel}", tables.Taskings.Count(t => t.Kind == OutcomeKind.Tasking), SheetNames.Taskings),
                Figure($"Decisions of {baseLabel}", tables.Taskings.Count(t => t.Kind == OutcomeKind.Decision), SheetNames.Taskings),
                Figure($"Commitments followed", tables.Commitments.Count, SheetNames.Commitments),
                Figure($"Recommendations made to {baseLabel}", tables.EarlierRecommendations.Count, SheetNames.EarlierRecommendations),
                Figure($"Recommendations sought", tables.RecommendationsSought.Count, SheetNames.RecommendationsSought),
                Figure($"Meetings and events held", tables.Meetings.Count(m => m.Status == MeetingStatus.Held), SheetNames.Meetings),
                Figure($"Meetings and events planned", tables.Meetings.Count(m => m.Status == MeetingStatus.Planned), SheetNames.Meetings),
                Figure($"Attendance lists on record", tables.Attendance.Columns.Count(c => c.Listed), SheetNames.Attendance),
                Figure($"Participants with a standing", tables.Membership.Select(m => m.Participant).Distinct().Count(),
                    SheetNames.Membership),
                Figure($"Points that call for attention", tables.Attention.Count, SheetNames.Attention),
                Figure($"Documents in the record", tables.Sources.Count, SheetNames.Sources),
            ],
            Responses = Split("Recommendations by response", SheetNames.EarlierRecommendations,
                tables.EarlierRecommendations.Select(r => r.Response),
                [ResponseStatus.Adopted, ResponseStatus.AdoptedWithChanges, ResponseStatus.Noted, ResponseStatus.NotAdopted,
                    ResponseStatus.Pending, ResponseStatus.Unspecified], Labels.Of),
            Closures = Split("Commitments by closure", SheetNames.Commitments,
                tables.Commitments.Select(c => c.Status.Closure ?? ClosureReason.Unspecified),
                [ClosureReason.Unspecified, ClosureReason.Completed, ClosureReason.Superseded, ClosureReason.Elapsed,
                    ClosureReason.Withdrawn],
                reason => reason == ClosureReason.Unspecified ? Wording.Of(Labels.Open) : Labels.Of(reason)),
            Timeliness = Split("Commitments by timeliness", SheetNames.Commitments, tables.Commitments.Select(c => c.Status.Timeliness),
                [Reports.Timeliness.NoDeadline, Reports.Timeliness.OnTrack, Reports.Timeliness.DueSoon, Reports.Timeliness.Overdue,
                    Reports.Timeliness.DoneInTime, Reports.Timeliness.DoneLate, Reports.Timeliness.NotApplicable], Labels.Of),
            MeetingKinds = SplitByKind(held),
            Years = YearsOf(tables.Commitments),
            Unknown = UnknownOf(tables.Attention),
            Implementation =
            [
                .. new[]
                {
                    ImplementationLevel.Unspecified, ImplementationLevel.NoEvidence, ImplementationLevel.NotStarted,
                    ImplementationLevel.Limited, ImplementationLevel.Substantial, ImplementationLevel.Complete,
                }.Select(level => new ImplementationCount(
                    level == ImplementationLevel.Unspecified ? Wording.Of("No level stated") : Labels.Of(level),
                    tables.Commitments.Count(c => c.Status.SelfReported == level),
                    tables.Commitments.Count(c => c.Status.ShownByDocument == level),
                    tables.Commitments.Count(c => c.Status.Assessed == level))),
            ],
        };
    }

    private static SummaryFigure Figure(FormattableString label, int value, string sheet) =>
        new(FormattableString.Invariant(label), Wording.Format(label), value, sheet);

    private static SummaryBreakdown Split<TKey>(string title, string sheet, IEnumerable<TKey> keys, TKey[] scale, Func<TKey, string> words)
        where TKey : notnull
    {
        var counts = keys.CountBy(k => k).ToDictionary();
        return new SummaryBreakdown(title, sheet, [.. scale.Select(k => (words(k), counts.GetValueOrDefault(k)))]);
    }

    private static SummaryBreakdown SplitByKind(List<MeetingKind> held)
    {
        // The rarest share a line, so that the page stays one.
        var shown = held.CountBy(k => k).OrderByDescending(k => k.Value).ThenBy(k => k.Key).Select(k => k.Key).ToList();
        var named = shown.Count > MaxKinds ? shown[..(MaxKinds - 1)] : shown;
        var lines = Split("Meetings held, by kind", SheetNames.Meetings, held, [.. named.Order()], Labels.Of);
        return named.Count == shown.Count ? lines
            : lines with { Lines = [.. lines.Lines, (Wording.Of("Other kinds"), held.Count(k => !named.Contains(k)))] };
    }

    private static List<YearCount> YearsOf(IReadOnlyList<CommitmentRow> commitments)
    {
        var made = commitments.Select(c => c.MadeOn.Year).ToList();
        var closed = commitments.Select(c => c.Status.ClosedOn?.Year).OfType<int>().ToList();
        if (made.Count == 0)
            return [];
        var (earliest, last) = (made.Concat(closed).Min(), made.Concat(closed).Max());
        var first = Math.Max(earliest, last - MaxYears + 1);
        var years = Enumerable.Range(first, last - first + 1).Select(y =>
            new YearCount(Labels.Of(y), made.Count(m => m == y), closed.Count(c => c == y)));
        return earliest == first ? [.. years]
            : [new(Wording.Format($"Before {first}"), made.Count(m => m < first), closed.Count(c => c < first)), .. years];
    }

    // The reasons of a row each, and what several rows of other sheets lack by what it is.
    private static SummaryBreakdown UnknownOf(IReadOnlyList<AttentionRow> attention)
    {
        var lines = Split("What is not known", SheetNames.Attention, attention.Select(a => a.Reason),
            [AttentionReason.NobodyNamed, AttentionReason.NoDay, AttentionReason.NoResponse, AttentionReason.SourcesDiffer,
                AttentionReason.NotKnownWhetherHeld], Labels.Of);
        return lines with
        {
            Lines = [.. lines.Lines, .. attention.Where(a => a.Reason == AttentionReason.NotKnown).Select(a => (a.Title, a.Count))],
        };
    }

    private static List<SummaryFact> FactsOf(ReportContext context, ReportTables tables)
    {
        var facts = new List<SummaryFact> { new("Reports since", $"{context.Base.Title}, {Days.Of(context.Base).Text}") };
        if (context.Target is { } target)
            facts.Add(new("Prepared for", $"{target.Title}, {Days.Of(target).Text}"));

        var kinds = context.View.Participants.CountBy(p => p.Kind).OrderBy(k => k.Key)
            .Select(k => (k.Key, k.Value) switch
            {
                (ParticipantKind.State, 1) => Wording.Of("1 state"),
                (ParticipantKind.State, var n) => Wording.Format($"{n} states"),
                (ParticipantKind.InternationalOrganization, 1) => Wording.Of("1 international organisation"),
                (ParticipantKind.InternationalOrganization, var n) => Wording.Format($"{n} international organisations"),
                (ParticipantKind.RegionalOrganization, 1) => Wording.Of("1 regional organisation"),
                (ParticipantKind.RegionalOrganization, var n) => Wording.Format($"{n} regional organisations"),
                (_, 1) => Wording.Of("1 other partner"),
                (_, var n) => Wording.Format($"{n} other partners"),
            });
        if (context.View.Participants.Count > 0)
            facts.Add(new("In the record", string.Join(", ", kinds)));

        var texts = tables.Taskings.Select(t => t.OfficialText)
            .Concat(tables.EarlierRecommendations.Concat(tables.RecommendationsSought).Select(r => r.OfficialText)).ToList();
        facts.Add(new("Official text", texts.Count(t => t.Length > 0) is var attached and > 0
            ? Wording.Format($"Attached to {attached} of the {texts.Count} taskings, decisions and recommendations of this report")
            : Wording.Of("Not attached: the report has summaries in neutral words")));
        if (context.Definition.UnsettledServices is { Count: > 0 } unsettled)
        {
            var services = string.Join(", ", unsettled.Keys.Order(StringComparer.Ordinal));
            facts.Add(new("Not final", Wording.Format(
                $"The service {services} could not be asked while this report was made: what it recorded last may be missing")));
        }
        return facts;
    }
}
