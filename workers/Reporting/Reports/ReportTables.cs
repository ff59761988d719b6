using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>The tables of a report: a list of rows for each sheet but the first.</summary>
public record ReportTables
{
    /// <summary>Taskings and decisions of the base conference, in the order of the document.</summary>
    public required IReadOnlyList<TaskingRow> Taskings { get; init; }

    /// <summary>Commitments open at the base conference, closed since, or made since; oldest first.</summary>
    public required IReadOnlyList<CommitmentRow> Commitments { get; init; }

    /// <summary>How the taskings, decisions and recommendations came about and what followed.</summary>
    public required IReadOnlyList<ChainRow> Chains { get; init; }

    /// <summary>Recommendations made to the base conference, with the response.</summary>
    public required IReadOnlyList<RecommendationRow> EarlierRecommendations { get; init; }

    /// <summary>Recommendations made since, on which Ministers have still to speak.</summary>
    public required IReadOnlyList<RecommendationRow> RecommendationsSought { get; init; }

    /// <summary>The bodies of the process, by name.</summary>
    public required IReadOnlyList<BodyRow> Bodies { get; init; }

    /// <summary>Meetings since the base conference and planned ones, by date.</summary>
    public required IReadOnlyList<MeetingRow> Meetings { get; init; }

    /// <summary>Who attended what.</summary>
    public required AttendanceMatrix Attendance { get; init; }

    /// <summary>Standing in each body.</summary>
    public required IReadOnlyList<MembershipRow> Membership { get; init; }

    /// <summary>Money, help in kind and secondments of the period, by date.</summary>
    public required IReadOnlyList<ContributionRow> Contributions { get; init; }

    /// <summary>What calls for attention, the most pressing first.</summary>
    public required IReadOnlyList<AttentionRow> Attention { get; init; }

    /// <summary>The documents cited.</summary>
    public required IReadOnlyList<SourceRow> Sources { get; init; }

    /// <summary>Builds the tables alone, to compare a report with them.</summary>
    /// <param name="view">The record as of the definition's day and as known at its moment.</param>
    /// <param name="definition">What the report is about.</param>
    /// <param name="cancel">Cancels the build.</param>
    /// <exception cref="ReportException">The view does not hold a conference that the definition names.</exception>
    public static ReportTables Build(RecordView view, ReportDefinition definition, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(definition);
        return Build(new ReportContext(view, definition, cancel));
    }

    internal static ReportTables Build(ReportContext context)
    {
        var taskings = TaskingRow.Build(context);
        var commitments = CommitmentRow.Build(context);
        var earlier = RecommendationRow.BuildEarlier(context);
        var sought = RecommendationRow.BuildSought(context);
        var meetings = MeetingRow.Build(context);
        var attendance = AttendanceMatrix.Build(context);
        var membership = MembershipRow.Build(context);
        var chains = ChainRow.Build(context, taskings, earlier.Concat(sought));
        var bodies = BodyRow.Build(context, meetings, commitments);
        var contributions = ContributionRow.Build(context);
        // What the others cite.
        var sources = SourceRow.Build(context,
        [
            .. taskings, .. commitments, .. chains, .. earlier, .. sought, .. bodies, .. meetings, .. attendance.Rows, .. membership,
            .. contributions,
        ]);
        return new ReportTables
        {
            Taskings = taskings,
            Commitments = commitments,
            Chains = chains,
            EarlierRecommendations = earlier,
            RecommendationsSought = sought,
            Bodies = bodies,
            Meetings = meetings,
            Attendance = attendance,
            Membership = membership,
            Contributions = contributions,
            Attention = AttentionRow.Build(context, commitments, earlier, meetings, attendance, membership, sources),
            Sources = sources,
        };
    }
}
