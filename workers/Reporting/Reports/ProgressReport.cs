using Platform.Meetings.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>
/// A progress report for Ministers: what is told, before it has any form. Built from a view of the
/// record and nothing else, so the same view and definition give the same report.
/// </summary>
public sealed record ProgressReport
{
    /// <summary>Title on the first sheet.</summary>
    public required string Title { get; init; }

    /// <summary>First clock: the day as of which it reports.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Second clock: the moment as known at which it reports.</summary>
    public required DateTimeOffset KnownAt { get; init; }

    /// <summary>Short name or title of the base conference.</summary>
    public required string BaseLabel { get; init; }

    /// <summary>The first page.</summary>
    public required ReportSummary Summary { get; init; }

    /// <summary>Taskings and decisions of the base conference, in the order of the document.</summary>
    public required IReadOnlyList<TaskingRow> Taskings { get; init; }

    /// <summary>Commitments open at the base conference, closed since, or made since; oldest first.</summary>
    public required IReadOnlyList<CommitmentRow> Commitments { get; init; }

    /// <summary>Recommendations made to the base conference, with the response.</summary>
    public required IReadOnlyList<RecommendationRow> EarlierRecommendations { get; init; }

    /// <summary>Recommendations made since, on which Ministers have still to speak.</summary>
    public required IReadOnlyList<RecommendationRow> RecommendationsSought { get; init; }

    /// <summary>Meetings since the base conference and planned ones, by date.</summary>
    public required IReadOnlyList<MeetingRow> Meetings { get; init; }

    /// <summary>Who attended what.</summary>
    public required AttendanceMatrix Attendance { get; init; }

    /// <summary>Standing in each body.</summary>
    public required IReadOnlyList<MembershipRow> Membership { get; init; }

    /// <summary>The documents cited.</summary>
    public required IReadOnlyList<SourceRow> Sources { get; init; }

    /// <summary>What the record does not know, in sentences.</summary>
    public required IReadOnlyList<string> Unknowns { get; init; }

    /// <summary>Builds a report from a view of the record at the definition's two clocks.</summary>
    /// <param name="view">The record as of the definition's day and as known at its moment.</param>
    /// <param name="definition">What the report is about.</param>
    /// <exception cref="ReportException">The view does not hold a conference that the definition names.</exception>
    public static ProgressReport Build(RecordView view, ReportDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(definition);
        if (view.AsOf != definition.AsOf || view.KnownAt != definition.KnownAt)
            throw new ArgumentException("The view was taken at other clocks than the definition's.", nameof(view));

        var context = new ReportContext(view, definition);
        var taskings = TaskingRow.Build(context);
        var commitments = CommitmentRow.Build(context);
        var earlier = RecommendationRow.BuildEarlier(context);
        var sought = RecommendationRow.BuildSought(context);
        var meetings = MeetingRow.Build(context);
        var attendance = AttendanceMatrix.Build(context);
        var membership = MembershipRow.Build(context);
        IEnumerable<ReportRow> rows = [.. taskings, .. commitments, .. earlier, .. sought, .. meetings, .. attendance.Rows, .. membership];
        var sources = SourceRow.Build(context, rows);
        return new ProgressReport
        {
            Title = definition.Title,
            AsOf = definition.AsOf,
            KnownAt = definition.KnownAt,
            BaseLabel = ReportContext.MeetingLabel(context.Base),
            Summary = ReportSummary.Build(context, taskings, commitments, earlier, sought, meetings, attendance, membership, sources),
            Taskings = taskings,
            Commitments = commitments,
            EarlierRecommendations = earlier,
            RecommendationsSought = sought,
            Meetings = meetings,
            Attendance = attendance,
            Membership = membership,
            Sources = sources,
            Unknowns = UnknownsOf(taskings, commitments, earlier, sought, meetings, attendance, membership, sources),
        };
    }

    private static List<string> UnknownsOf(
        IReadOnlyList<TaskingRow> taskings,
        IReadOnlyList<CommitmentRow> commitments,
        IReadOnlyList<RecommendationRow> earlier,
        IReadOnlyList<RecommendationRow> sought,
        IReadOnlyList<MeetingRow> meetings,
        AttendanceMatrix attendance,
        IReadOnlyList<MembershipRow> membership,
        IReadOnlyList<SourceRow> sources)
    {
        var unknowns = new List<string>();
        Add("No document gives a list of who attended", attendance.Columns.Where(c => !c.Listed).Select(c => $"{c.Label} ({c.Dates})"));
        Add("No document gives the date of", meetings.Where(m => m.Days is { First: null, Last: null }).Select(m => m.Title));
        Add("Days interpreted from the words of a document", meetings.Where(m => m.Days.Interpreted).Select(m => $"{m.Title} ({m.Days.AsWritten})"));
        Add("No response is recorded to", earlier.Where(r => r.Response == ResponseStatus.NoRecordedResponse).Select(r => r.Reference));
        Add("No progress is recorded on", commitments.Where(c => c.LatestProgress is null).Select(c => $"{c.Title} ({c.Reference})"));
        Add("A deadline is stated that gives no day for", commitments.Where(c => c.Status is { Due: null, DeadlineAsWritten.Length: > 0 }).Select(c => $"{c.Title} ({c.Status.DeadlineAsWritten})"));
        Add("Statements of one day stand side by side on the standing of", membership.Where(m => m.Statements > 1).Select(m => $"{m.Participant} in the {m.Body}"));
        Add("No copy has been seen of", sources.Where(s => s.Sha256.Length == 0).Select(s => s.ShortName));
        var outcomes = taskings.Count + earlier.Count + sought.Count;
        var attached = taskings.Count(t => t.OfficialText.Length > 0) + earlier.Concat(sought).Count(r => r.OfficialText.Length > 0);
        if (attached < outcomes)
            unknowns.Add($"The official text is attached to {attached} of the {outcomes} taskings, decisions and recommendations of this report.");
        return unknowns;

        void Add(string lead, IEnumerable<string> items)
        {
            var named = items.Distinct().ToList();
            if (named.Count > 0)
                unknowns.Add($"{lead}: {string.Join("; ", named.Take(MaxNamed))}{(named.Count > MaxNamed ? $"; and {named.Count - MaxNamed} more" : string.Empty)}.");
        }
    }

    private const int MaxNamed = 25;
}
