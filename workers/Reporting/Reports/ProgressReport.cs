using System.Diagnostics.CodeAnalysis;
using Platform.Meetings.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>
/// A progress report for Ministers: its content, before it has any form. Built from a view of the
/// record and nothing else, so the same view and definition give the same report.
/// </summary>
public sealed record ProgressReport : ReportTables
{
    /// <summary>Title on the first sheet.</summary>
    public required string Title { get; init; }

    /// <summary>First clock: the day as of which it reports.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Second clock: the moment as known at which it reports.</summary>
    public required DateTimeOffset KnownAt { get; init; }

    /// <summary>To whom it may be shown, in words.</summary>
    public required string Handling { get; init; }

    /// <summary>Short name or title of the base conference.</summary>
    public required string BaseLabel { get; init; }

    /// <summary>The first page.</summary>
    public required ReportSummary Summary { get; init; }

    /// <summary>What the record does not know, in sentences.</summary>
    public required IReadOnlyList<string> Unknowns { get; init; }

    [SetsRequiredMembers]
    private ProgressReport(ReportContext context, ReportDefinition definition, ReportTables tables)
        : base(tables)
    {
        (Title, AsOf, KnownAt) = (definition.Title, definition.AsOf, definition.KnownAt);
        Handling = Labels.Handling(context.View.Marking, definition.Handling);
        BaseLabel = ReportContext.MeetingLabel(context.Base);
        Summary = ReportSummary.Build(context, tables);
        Unknowns = UnknownsOf(tables, definition.AsOf);
    }

    /// <summary>Builds a report from a view of the record at the definition's two clocks.</summary>
    /// <param name="view">The record as of the definition's day and as known at its moment.</param>
    /// <param name="definition">What the report is about.</param>
    /// <param name="cancel">Ends the build.</param>
    /// <exception cref="ReportException">The view does not hold a conference that the definition names.</exception>
    public static ProgressReport Build(RecordView view, ReportDefinition definition, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(definition);
        if (view.AsOf != definition.AsOf || view.KnownAt != definition.KnownAt)
            throw new ArgumentException("The view was taken at other clocks than the definition's.", nameof(view));

        var context = new ReportContext(view, definition, cancel);
        return new ProgressReport(context, definition, ReportTables.Build(context));
    }

    private static List<string> UnknownsOf(ReportTables tables, DateOnly asOf)
    {
        var unknowns = new List<string>();
        Add("No document gives a list of who attended", tables.Attendance.Columns.Where(c => !c.Listed)
            .Select(c => $"{c.Label} ({c.Dates})"));
        Add("No document gives the date of", tables.Meetings.Where(m => m.Days is { First: null, Last: null }).Select(m => m.Title));
        Add("No day is known, only a time within which it was, of", tables.Meetings.Where(m => m.Days.IsWithin)
            .Select(m => $"{m.Title} ({m.Days.Text})"));
        Add($"Whether it was by {Labels.Of(asOf)} cannot be said of", tables.Meetings.Where(m => m.Days.MayBe(asOf))
            .Select(m => $"{m.Title} ({m.Days.Text})"));
        Add("No response is recorded to", tables.EarlierRecommendations.Where(r => r.Response == ResponseStatus.Unspecified)
            .Select(r => r.Reference));
        Add("No progress is recorded on", tables.Commitments.Where(c => c.LatestProgress is null)
            .Select(c => $"{c.Title} ({c.Reference})"));
        Add("A deadline is stated that gives no day for",
            tables.Commitments.Where(c => c.Status is { Due: null, DeadlineAsWritten.Length: > 0 })
            .Select(c => $"{c.Title} ({c.Status.DeadlineAsWritten})"));
        Add("Statements of one day stand side by side on the standing of", tables.Membership.Where(m => m.Statements > 1)
            .Select(m => $"{m.Participant} in the {m.Body}"));
        Add("No copy has been seen of", tables.Sources.Where(s => s.Sha256.Length == 0).Select(s => s.ShortName));
        var outcomes = tables.Taskings.Count + tables.EarlierRecommendations.Count + tables.RecommendationsSought.Count;
        var attached = tables.Taskings.Count(t => t.OfficialText.Length > 0) + tables.EarlierRecommendations.Concat(
            tables.RecommendationsSought).Count(r => r.OfficialText.Length > 0);
        if (attached < outcomes)
        {
            unknowns.Add($"The official text is attached to {attached} of the {outcomes} taskings, decisions and recommendations of this "
                + $"report.");
        }
        return unknowns;

        void Add(string lead, IEnumerable<string> items)
        {
            var named = items.Distinct().ToList();
            if (named.Count > 0)
            {
                unknowns.Add($"{lead}: {string.Join("; ", named.Take(MaxNamed))}"
                    + $"{(named.Count > MaxNamed ? $"; and {named.Count - MaxNamed} more" : string.Empty)}.");
            }
        }
    }

    private const int MaxNamed = 25;
}
