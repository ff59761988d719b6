using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Reporting.Reports;

/// <summary>A meeting as a column of the attendance matrix.</summary>
/// <param name="Name">Resource name of the meeting.</param>
/// <param name="Label">Its short name, or its title where nobody uses one.</param>
/// <param name="Dates">When it was held, in words.</param>
/// <param name="Listed">Whether a document lists who attended.</param>
public sealed record AttendanceColumn(string Name, string Label, string Dates, bool Listed);

/// <summary>A participant as a row of the attendance matrix.</summary>
public sealed record AttendanceRow : ReportRow
{
    /// <summary>The participant's official name on the report's day.</summary>
    public required string Participant { get; init; }

    /// <summary>One cell for each column: a capacity, <c>Not listed</c> or <c>Unknown</c>.</summary>
    public required IReadOnlyList<string> Cells { get; init; }
}

/// <summary>
/// Who attended the ministerial conferences, the senior officials' meetings and every other meeting of which a document has
/// a list. A meeting without a list has unknown attendance, which is not nobody; whoever is not on a list is not listed,
/// which is not absent.
/// </summary>
/// <param name="Columns">The meetings, oldest first.</param>
/// <param name="Rows">States, then organisations, then partners, each by name.</param>
public sealed record AttendanceMatrix(IReadOnlyList<AttendanceColumn> Columns, IReadOnlyList<AttendanceRow> Rows)
{
    internal static AttendanceMatrix Build(ReportContext context)
    {
        var meetings = context.View.Meetings
            .Where(m => m.Status == MeetingStatus.Held && (m.AttendanceRecord == AttendanceRecord.Listed
                || m.Kind is MeetingKind.MinisterialConference or MeetingKind.SeniorOfficialsMeeting))
            .Select(m => (meeting: m, days: Days.Of(m)))
            .Select(m => (m.meeting, m.days, date: m.days.Last ?? m.days.First ?? context.View.EffectiveDateOf(m.meeting)))
            .Where(m => m.date <= context.Definition.AsOf)
            .OrderBy(m => m.date)
            .ThenBy(m => m.meeting.Name, StringComparer.Ordinal)
            .ToList();
        var columns = meetings
            .Select(m => new AttendanceColumn(m.meeting.Name, ReportContext.MeetingLabel(m.meeting), m.days.Text,
                m.meeting.AttendanceRecord == AttendanceRecord.Listed))
            .ToList();
        var attendances = columns
            .Where(c => c.Listed)
            .SelectMany(c => context.View.AttendancesOf(c.Name))
            .GroupBy(a => (Meeting: ResourceNames.Parent(a.Name), a.Party))
            .ToDictionary(g => g.Key, g => g.First());
        var listed = attendances.Keys.Select(k => k.Party).ToHashSet(StringComparer.Ordinal);
        var rows = context.View.Participants
            .Where(p => p.Kind != ParticipantKind.Partner || listed.Contains(p.Name))
            .Select(p => (p.Name, p.Kind, p.Sources, Label: context.Party(p.Name)))
            // A body that a list names, such as the co-managers of an office, comes last.
            .Concat(context.View.Bodies.Where(b => listed.Contains(b.Name))
                .Select(b => (b.Name, Kind: ParticipantKind.Partner + 1, b.Sources, Label: context.Party(b.Name))))
            .OrderBy(p => p.Kind)
            .ThenBy(p => p.Label, StringComparer.Ordinal)
            .Select(p => RowOf(context, p.Name, p.Sources, p.Label, columns, attendances))
            .ToList();
        return new AttendanceMatrix(columns, rows);
    }

    private static AttendanceRow RowOf(
        ReportContext context, string name, IReadOnlyList<SourceReference> sources, string label, List<AttendanceColumn> columns,
        Dictionary<(string Meeting, string Party), Attendance> attendances)
    {
        var citations = context.NewCitations();
        var cells = new List<string>(columns.Count);
        var references = new List<string>();
        foreach (var column in columns)
        {
            if (!column.Listed)
            {
                cells.Add(Labels.Unknown);
            }
            else if (attendances.TryGetValue((column.Name, name), out var attendance))
            {
                cells.Add(Labels.Of(attendance.Capacity));
                var reference = citations.Of(attendance.Sources);
                // A list that adds an abbreviation or an article names it all the same.
                references.Add(attendance.ListedAs.Length > 0 && !attendance.ListedAs.Contains(label, StringComparison.Ordinal)
                    ? Wording.Format($"{reference} (as {attendance.ListedAs})") : reference);
            }
            else
            {
                cells.Add(Labels.NotListed);
            }
        }
        // Not on a list: here because another document names it.
        var found = ReportContext.List(references);
        return new AttendanceRow
        {
            Reference = found.Length > 0 ? found : citations.Of(sources),
            Participant = label,
            Cells = cells,
            Document = citations.First,
            CitedDocuments = citations.Documents,
        };
    }
}
