using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>Why something calls for attention, the most pressing first.</summary>
public enum AttentionReason
{
    /// <summary>A commitment whose day has passed.</summary>
    Overdue,

    /// <summary>A commitment whose day is near.</summary>
    DueSoon,

    /// <summary>A commitment on which nothing was reported since the base conference.</summary>
    NoProgress,

    /// <summary>A commitment for which nobody is named.</summary>
    NobodyNamed,

    /// <summary>A commitment whose deadline gives no day.</summary>
    NoDay,

    /// <summary>A recommendation to which no response is recorded.</summary>
    NoResponse,

    /// <summary>Documents that say different things.</summary>
    SourcesDiffer,

    /// <summary>A planned meeting of a day that has passed.</summary>
    NotKnownWhetherHeld,

    /// <summary>Something that no document on record says.</summary>
    NotKnown,
}

/// <summary>Something that an officer has to look at before the report is handed over.</summary>
public sealed record AttentionRow : ReportRow
{
    private const int MaxNamed = 25;

    /// <summary>Why.</summary>
    public required AttentionReason Reason { get; init; }

    /// <summary>What it is about.</summary>
    public required string Title { get; init; }

    /// <summary>What there is to know.</summary>
    public required string Detail { get; init; }

    /// <summary>How many things it is about, such as the meetings of which nobody says who attended.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The sheet that has the whole row.</summary>
    public required string Sheet { get; init; }

    internal static IReadOnlyList<AttentionRow> Build(ReportContext context, IReadOnlyList<CommitmentRow> commitments,
        IReadOnlyList<RecommendationRow> recommendations, IReadOnlyList<MeetingRow> meetings, AttendanceMatrix attendance,
        IReadOnlyList<MembershipRow> membership, IReadOnlyList<SourceRow> sources)
    {
        var asOf = context.Definition.AsOf;
        var open = commitments.Where(c => c.Status.Closure is null).ToList();
        var rows = new List<AttentionRow>();
        Add(AttentionReason.Overdue, open.Where(c => c.Status.Timeliness == Timeliness.Overdue), SheetNames.Commitments,
            c => c.Title, c => Wording.Format($"Was due {Labels.Of(c.Status.Due!.Value)}. Responsible: {Responsible(c)}."));
        Add(AttentionReason.DueSoon, open.Where(c => c.Status.Timeliness == Timeliness.DueSoon), SheetNames.Commitments,
            c => c.Title, c => Wording.Format($"Due {Labels.Of(c.Status.Due!.Value)}. Responsible: {Responsible(c)}."));
        // Grouped by who is responsible, who is then asked once.
        foreach (var stalled in open.Where(c => !(c.LatestProgress?.Date >= context.BaseStart)).GroupBy(Responsible)
            .OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            rows.Add(Of(AttentionReason.NoProgress, SheetNames.Commitments, Wording.Format($"Responsible: {stalled.Key}"),
                $"{(stalled.Count() == 1 ? Wording.Of("1 commitment") : Wording.Format($"{stalled.Count()} commitments"))}: "
                + $"{Named(stalled.Select(WithLatest))}", stalled.Count()));
        }
        Add(AttentionReason.NobodyNamed, open.Where(c => c.Lead.Length == 0), SheetNames.Commitments,
            c => c.Title, _ => Wording.Of("No document names who is responsible."));
        Add(AttentionReason.NoDay, open.Where(c => c.Status is { Due: null, DeadlineAsWritten.Length: > 0 }), SheetNames.Commitments,
            c => c.Title, c => Wording.Format($"The deadline reads “{c.Status.DeadlineAsWritten}”."));
        Add(AttentionReason.NoResponse, recommendations.Where(r => r.Response == ResponseStatus.Unspecified),
            SheetNames.EarlierRecommendations, r => r.Title,
            _ => Wording.Format($"No response of {ReportContext.MeetingLabel(context.Base)} is on record, which is not a refusal."));
        Add(AttentionReason.SourcesDiffer, membership.Where(m => m.Statements > 1), SheetNames.Membership,
            m => Wording.Format($"{m.Participant}: standing in the {m.Body}"),
            m => Wording.Format($"“{Labels.Of(m.Step)}” is one of {m.Statements} statements of {Labels.Of(m.StatedOn)}."));
        Add(AttentionReason.SourcesDiffer, meetings.Where(m => m.DatesDiffer), SheetNames.Meetings,
            m => Wording.Format($"{m.Title}: dates"), m => m.DatesAsWritten);
        Add(AttentionReason.NotKnownWhetherHeld,
            meetings.Where(m => m.Status == MeetingStatus.Planned && m.Days.Last < asOf), SheetNames.Meetings,
            m => m.Title, m => Wording.Format($"Planned for {m.Days.Text}; no document on record says whether it was held."));
        Unknown(Wording.Of("Who attended"), SheetNames.Attendance, attendance.Columns.Where(c => !c.Listed)
            .Select(c => $"{c.Label} ({c.Dates})"));
        Unknown(Wording.Of("The date"), SheetNames.Meetings, meetings.Where(m => m.Days is { First: null, Last: null })
            .Select(m => m.Title));
        Unknown(Wording.Of("The day; only a time within which it was"), SheetNames.Meetings,
            meetings.Where(m => m.Days.IsWithin).Select(m => $"{m.Title} ({m.Days.Text})"));
        Unknown(Wording.Format($"Whether it was by {Labels.Of(asOf)}"), SheetNames.Meetings,
            meetings.Where(m => m.Days.MayBe(asOf)).Select(m => $"{m.Title} ({m.Days.Text})"));
        Unknown(Wording.Of("A copy of the document"), SheetNames.Sources, sources.Where(s => s.Sha256.Length == 0)
            .Select(s => s.ShortName));
        return rows;

        void Unknown(string title, string sheet, IEnumerable<string> items)
        {
            var named = items.Distinct().ToList();
            if (named.Count == 0)
                return;
            rows.Add(Of(AttentionReason.NotKnown, sheet, title, Named(named), named.Count));
        }

        void Add<TRow>(
            AttentionReason reason, IEnumerable<TRow> found, string sheet, Func<TRow, string> title, Func<TRow, string> detail)
            where TRow : ReportRow =>
            rows.AddRange(found.Select(row => new AttentionRow
            {
                Reason = reason,
                Title = title(row),
                Detail = detail(row),
                Sheet = sheet,
                Reference = row.Reference,
                Document = row.Document,
                CitedDocuments = [],
            }));
    }

    // A row about several things, which stand in several places.
    private static AttentionRow Of(AttentionReason reason, string sheet, string title, string detail, int count) => new()
    {
        Reason = reason,
        Title = title,
        Detail = detail,
        Count = count,
        Sheet = sheet,
        Reference = string.Empty,
        Document = string.Empty,
        CitedDocuments = [],
    };

    private static string Named(IEnumerable<string> items) =>
        $"{string.Join("; ", ReportContext.AtMost(MaxNamed, [.. items.Distinct()]))}.";

    private static string WithLatest(CommitmentRow commitment) => commitment.LatestProgress is { } latest
        ? Wording.Format($"{commitment.Title} (latest of {Labels.Of(latest.Date)})") : commitment.Title;

    private static string Responsible(CommitmentRow commitment) =>
        commitment.Lead.Length > 0 ? commitment.Lead : Wording.Of("nobody named");
}
