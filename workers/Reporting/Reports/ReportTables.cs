namespace Platform.Reporting.Reports;

/// <summary>The tables of a report: a list of rows for each sheet but the first.</summary>
public record ReportTables
{
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

    internal static ReportTables Build(ReportContext context)
    {
        var taskings = TaskingRow.Build(context);
        var commitments = CommitmentRow.Build(context);
        var earlier = RecommendationRow.BuildEarlier(context);
        var sought = RecommendationRow.BuildSought(context);
        var meetings = MeetingRow.Build(context);
        var attendance = AttendanceMatrix.Build(context);
        var membership = MembershipRow.Build(context);
        return new ReportTables
        {
            Taskings = taskings,
            Commitments = commitments,
            EarlierRecommendations = earlier,
            RecommendationsSought = sought,
            Meetings = meetings,
            Attendance = attendance,
            Membership = membership,
            // What the others cite.
            Sources = SourceRow.Build(context,
                [.. taskings, .. commitments, .. earlier, .. sought, .. meetings, .. attendance.Rows, .. membership]),
        };
    }
}
