using System.Globalization;
using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Reporting.Reports;

/// <summary>A fact of the process on the first page.</summary>
/// <param name="Label">What it is.</param>
/// <param name="Text">The fact, with its reference where it has one.</param>
public sealed record SummaryFact(string Label, string Text);

/// <summary>A figure on the first page.</summary>
/// <param name="Label">What is counted.</param>
/// <param name="Value">How many.</param>
/// <param name="Sheet">The sheet whose rows it counts.</param>
public sealed record SummaryFigure(string Label, int Value, string Sheet);

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

/// <summary>
/// The first page: facts and counts. It counts what the record holds and never ranks or scores
/// anybody: no figure is of one participant.
/// </summary>
public sealed record ReportSummary
{
    /// <summary>Facts of the process.</summary>
    public required IReadOnlyList<SummaryFact> Facts { get; init; }

    /// <summary>Key figures.</summary>
    public required IReadOnlyList<SummaryFigure> Figures { get; init; }

    /// <summary>The recommendations made to the base conference, split by response: what the chart shows.</summary>
    public required SummaryBreakdown Responses { get; init; }

    /// <summary>Commitments split by kind, closure and timeliness.</summary>
    public required IReadOnlyList<SummaryBreakdown> Breakdowns { get; init; }

    /// <summary>Commitments by level of implementation, by where it comes from.</summary>
    public required IReadOnlyList<ImplementationCount> Implementation { get; init; }

    /// <summary>Under what conditions the figures are to be read.</summary>
    public required IReadOnlyList<string> Conditions { get; init; }

    internal static ReportSummary Build(ReportContext context, ReportTables tables)
    {
        var baseLabel = ReportContext.MeetingLabel(context.Base);
        return new ReportSummary
        {
            Facts = FactsOf(context),
            Figures =
            [
                new($"Taskings of {baseLabel}", tables.Taskings.Count(t => t.Kind == OutcomeKind.Tasking), SheetNames.Taskings),
                new($"Decisions of {baseLabel}", tables.Taskings.Count(t => t.Kind == OutcomeKind.Decision), SheetNames.Taskings),
                new("Commitments followed", tables.Commitments.Count, SheetNames.Commitments),
                new($"Recommendations made to {baseLabel}", tables.EarlierRecommendations.Count, SheetNames.EarlierRecommendations),
                new("Recommendations sought", tables.RecommendationsSought.Count, SheetNames.RecommendationsSought),
                new("Meetings and events held", tables.Meetings.Count(m => m.Status == MeetingStatus.Held), SheetNames.Meetings),
                new("Meetings and events planned", tables.Meetings.Count(m => m.Status == MeetingStatus.Planned), SheetNames.Meetings),
                new("Attendance lists on record", tables.Attendance.Columns.Count(c => c.Listed), SheetNames.Attendance),
                new("Participants with a standing", tables.Membership.Select(m => m.Participant).Distinct().Count(), SheetNames.Membership),
                new("Documents in the record", tables.Sources.Count, SheetNames.Sources),
            ],
            Responses = Split($"Recommendations made to {baseLabel}, by response", SheetNames.EarlierRecommendations,
                tables.EarlierRecommendations.Select(r => r.Response),
                [ResponseStatus.Adopted, ResponseStatus.AdoptedWithChanges, ResponseStatus.Noted, ResponseStatus.NotAdopted,
                    ResponseStatus.Pending, ResponseStatus.Unspecified], Labels.Of),
            Breakdowns =
            [
                Split("Commitments by kind", SheetNames.Commitments, tables.Commitments.Select(c => c.Kind),
                    [CommitmentKind.Tasking, CommitmentKind.Decision, CommitmentKind.Undertaking, CommitmentKind.Request], Labels.Of),
                Split("Commitments by closure", SheetNames.Commitments,
                    tables.Commitments.Select(c => c.Status.Closure ?? ClosureReason.Unspecified),
                    [ClosureReason.Unspecified, ClosureReason.Completed, ClosureReason.Superseded, ClosureReason.Elapsed,
                        ClosureReason.Withdrawn],
                    reason => reason == ClosureReason.Unspecified ? Labels.Open : Labels.Of(reason)),
                Split("Commitments by timeliness", SheetNames.Commitments, tables.Commitments.Select(c => c.Status.Timeliness),
                    [Timeliness.NoDeadline, Timeliness.OnTrack, Timeliness.DueSoon, Timeliness.Overdue, Timeliness.DoneInTime,
                        Timeliness.DoneLate, Timeliness.NotApplicable], Labels.Of),
            ],
            Implementation =
            [
                .. new[]
                {
                    ImplementationLevel.Unspecified, ImplementationLevel.NoEvidence, ImplementationLevel.NotStarted,
                    ImplementationLevel.Limited, ImplementationLevel.Substantial, ImplementationLevel.Complete,
                }.Select(level => new ImplementationCount(
                    level == ImplementationLevel.Unspecified ? "No level stated" : Labels.Of(level),
                    tables.Commitments.Count(c => c.Status.SelfReported == level),
                    tables.Commitments.Count(c => c.Status.ShownByDocument == level),
                    tables.Commitments.Count(c => c.Status.Assessed == level))),
            ],
            Conditions =
            [
                "The process is voluntary and non-binding. This report counts what the record holds; it does not rank or score any "
                    + "participant.",
                "Implementation as self-reported, as a document shows it and as assessed by the Co-Chairs are set apart. Response, "
                    + "implementation, closure and timeliness are separate questions.",
                "Where a document is silent the report says so: “Unknown” is not nobody, “Not listed” is not absent, “No recorded "
                    + "response” is not a refusal.",
                "Summaries are in neutral words. The official text, where it has been attached, stands beside them and prevails. Every "
                    + "row gives document and paragraph.",
            ],
        };
    }

    private static SummaryBreakdown Split<TKey>(string title, string sheet, IEnumerable<TKey> keys, TKey[] scale, Func<TKey, string> words)
        where TKey : notnull
    {
        var counts = keys.CountBy(k => k).ToDictionary();
        return new SummaryBreakdown(title, sheet, [.. scale.Select(k => (words(k), counts.GetValueOrDefault(k)))]);
    }

    private static List<SummaryFact> FactsOf(ReportContext context)
    {
        var citations = context.NewCitations();
        var facts = new List<SummaryFact> { new("Reports since", $"{context.Base.Title}, {Days.Of(context.Base).Text}") };
        if (context.Target is { } target)
            facts.Add(new("Prepared for", $"{target.Title}, {Days.Of(target).Text}"));

        var kinds = context.View.Participants.CountBy(p => p.Kind).OrderBy(k => k.Key)
            .Select(k => (k.Key, k.Value) switch
            {
                (ParticipantKind.State, 1) => "1 state",
                (ParticipantKind.State, var n) => $"{n} states",
                (ParticipantKind.InternationalOrganization, 1) => "1 international organisation",
                (ParticipantKind.InternationalOrganization, var n) => $"{n} international organisations",
                (ParticipantKind.RegionalOrganization, 1) => "1 regional organisation",
                (ParticipantKind.RegionalOrganization, var n) => $"{n} regional organisations",
                (_, 1) => "1 other partner",
                (_, var n) => $"{n} other partners",
            });
        if (context.View.Participants.Count > 0)
            facts.Add(new("In the record", string.Join(", ", kinds)));

        foreach (var held in Chairs(context).GroupBy(s => s.Body).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var names = held.Select(s => $"{context.Party(ResourceNames.Parent(s.Name))} ({Labels.Of(s.Kind).ToLowerInvariant()})");
            facts.Add(new($"{context.Party(held.Key)}: chairs, managers and leads",
                WithReference(string.Join(", ", names.Distinct()), citations.Of(held.SelectMany(s => s.Sources)))));
        }
        facts.AddRange(context.View.Bodies.Where(b => b.Mandate.Length > 0).Select(b => new SummaryFact(
            $"{context.Party(b.Name)}: mandate", WithReference(b.Mandate, citations.Of(b.Sources)))));
        facts.AddRange(context.View.Secondments.Select(s => new SummaryFact("Secondment", WithReference(
            Sentence(context, ResourceNames.Parent(s.Name), s.Body, s.Summary), citations.Of(s.Sources)))));
        facts.AddRange(context.View.Contributions.Select(c => new SummaryFact(Labels.Of(c.Kind), WithReference(
            Sentence(context, ResourceNames.Parent(c.Name), c.Body, AmountOf(c), c.Summary), citations.Of(c.Sources)))));
        return facts;
    }

    // Those whose last step of that standing does not end it.
    private static IEnumerable<StandingStep> Chairs(ReportContext context) =>
        context.View.StandingSteps
            .GroupBy(s => (s.Body, Participant: ResourceNames.Parent(s.Name), s.Standing))
            .Where(g => g.Key.Standing != StandingStepKind.Member && g.Key.Standing != StandingStepKind.SteeringGroupMember)
            .Select(g => g.OrderBy(context.View.EffectiveDateOf).Last())
            .Where(s => s.Kind is StandingStepKind.CoChair or StandingStepKind.CoManager or StandingStepKind.Lead);

    private static string Sentence(ReportContext context, string participant, string body, params IEnumerable<string> words) =>
        $"{context.Party(participant)} – {(string.Join(": ", words.Where(w => w.Length > 0)) is { Length: > 0 } said ? said
            : context.Party(body))}";

    // As the document writes it; the number only where there are no words.
    private static string AmountOf(Contribution contribution) =>
        contribution.AmountAsWritten.Length > 0 ? contribution.AmountAsWritten
        : contribution.Amount > 0 ? string.Create(CultureInfo.InvariantCulture, $"{contribution.CurrencyCode} {contribution.Amount:N0}")
        : string.Empty;

    private static string WithReference(string text, string reference) => reference.Length > 0 ? $"{text} ({reference})" : text;
}
