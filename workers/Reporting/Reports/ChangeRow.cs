using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>What became of something that a report shows.</summary>
public enum ChangeNature
{
    /// <summary>The report before did not have it.</summary>
    New,

    /// <summary>Something of it is different.</summary>
    Changed,

    /// <summary>It was open and is closed.</summary>
    Closed,

    /// <summary>The report before had it.</summary>
    Gone,
}

/// <summary>Why a report shows something else than the one before.</summary>
public enum ChangeCause
{
    /// <summary>It came about after the day of the report before.</summary>
    Since,

    /// <summary>It was so on that day already: it has been recorded or corrected since.</summary>
    Recorded,

    /// <summary>The same, and the report before was endorsed.</summary>
    RecordedAfterEndorsement,
}

/// <summary>A detail that is different.</summary>
/// <param name="Label">Which.</param>
/// <param name="Before">What the report before said; empty where it said nothing.</param>
/// <param name="After">What this one says; empty where it says nothing.</param>
public sealed record FieldChange(string Label, string Before, string After)
{
    /// <summary>The detail in a line.</summary>
    public string Text => (Before, After) switch
    {
        ("", _) => $"{Label}: {After}",
        (_, "") => $"{Label}: {Before}",
        _ => $"{Label}: {Before} → {After}",
    };
}

/// <summary>The report with which another is compared.</summary>
/// <param name="Label">Which it is, in words.</param>
/// <param name="IsEndorsed">Whether it was endorsed.</param>
/// <param name="Then">What it said.</param>
/// <param name="ThenAsKnownNow">What it would say of the same day, had all been recorded that is now.</param>
public sealed record PreviousReport(string Label, bool IsEndorsed, ReportTables Then, ReportTables ThenAsKnownNow);

/// <summary>What is different from the report before: what came about since, and what was recorded or corrected since.</summary>
public sealed record ChangeRow : ReportRow
{
    // Of what is new the sheet that has it says more.
    private const int MaxFieldsOfNew = 3;

    /// <summary>The sheet that shows it.</summary>
    public required string Sheet { get; init; }

    /// <summary>What it is about.</summary>
    public required string Title { get; init; }

    /// <summary>What became of it.</summary>
    public required ChangeNature Nature { get; init; }

    /// <summary>Why it is different.</summary>
    public required ChangeCause Cause { get; init; }

    /// <summary>What is different of it, or the most telling of what is new; empty of what is gone.</summary>
    public required IReadOnlyList<FieldChange> Fields { get; init; }

    /// <summary>Compares a report with the one before.</summary>
    /// <param name="previous">The one before.</param>
    /// <param name="now">What this one says.</param>
    public static IReadOnlyList<ChangeRow> Build(PreviousReport previous, ReportTables now)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(now);
        var rows = new List<ChangeRow>();
        Compare(SheetNames.Taskings, t => t.Taskings, t => t.Title,
            new("Given to", t => t.GivenTo), new("Summary", t => t.Summary), new("Conditions", t => t.Conditions),
            new("Official text", t => t.OfficialText),
            new("Commitments", t => ReportContext.Lines(t.Commitments.Select(c => c.Title))) { IsList = true });
        Compare(SheetNames.Commitments, t => t.Commitments, c => c.Title,
            new("Closure", c => c.Status.ClosureText) { IsTold = c => c.Status.Closure is not null },
            new("Responsible", c => c.Lead), new("Supporting", c => c.Supporting),
            new("Due", c => c.Status.Due is { } due ? Labels.Of(due) : string.Empty),
            new("Deadline as written", c => c.Status.DeadlineAsWritten),
            new("Self-reported", c => Labels.SelfReported(c.Status.SelfReported)),
            new("Shown by a document", c => Labels.ShownByDocument(c.Status.ShownByDocument)),
            new("Assessed", c => Labels.Assessed(c.Status.Assessed)), new("Timeliness", c => Labels.Of(c.Status.Timeliness)),
            new("Latest progress", c => c.LatestProgress is { } p ? $"{Labels.Of(p.Date)}: {p.Narrative}" : string.Empty),
            new("Summary", c => c.Summary), new("Conditions", c => c.Conditions), new("Reaffirmed in", c => c.ReaffirmedIn),
            new("Advances", c => c.Advances), new("Official text", c => c.OfficialText));
        foreach (var (sheet, table) in new (string, Func<ReportTables, IReadOnlyList<RecommendationRow>>)[]
        {
            (SheetNames.EarlierRecommendations, t => t.EarlierRecommendations),
            (SheetNames.RecommendationsSought, t => t.RecommendationsSought),
        })
        {
            Compare(sheet, table, r => r.Title,
                new("Response", r => Labels.Of(r.Response)) { IsTold = r => r.Response != ResponseStatus.Unspecified },
                new("Made by", r => r.MadeBy), new("Made on", r => Labels.Of(r.Date)), new("Responded in", r => r.RespondedIn),
                new("Note", r => r.Note), new("Summary", r => r.Summary), new("Conditions", r => r.Conditions),
                new("Passed over by", r => r.NextConference), new("Official text", r => r.OfficialText));
        }
        Compare(SheetNames.Bodies, t => t.Bodies, b => b.Name,
            new("Mandate", b => b.Mandate), new("Chairs, managers, leads", b => b.Leads) { IsList = true });
        Compare(SheetNames.Meetings, t => t.Meetings, m => m.ShortName.Length > 0 ? $"{m.Title} ({m.ShortName})" : m.Title,
            new("Dates", m => m.Days.Text), new("Status", m => Labels.Of(m.Status)), new("Place", m => m.Place),
            new("Host", m => m.Hosts), new("Chair", m => m.Chairs), new("Body", m => m.Body),
            new("Attendance", m => m.Listed is { } listed
                ? Wording.Format($"{listed} listed") : string.Empty),
            new("Numbers", m => m.Counts), new("Purpose and agenda", m => m.About));
        Compare(SheetNames.Attendance, t => Lists(t.Attendance), l => l.Title, new Field<AttendanceList>("Listed", l => l.Names)
        {
            IsList = true,
        });
        Compare(SheetNames.Membership, t => t.Membership, m => Wording.Format($"{m.Participant}: standing in the {m.Body}"),
            new("Standing", m => Labels.Of(m.Step)), new("Condition", m => m.Condition), new("Decided by", m => m.DecidedBy));
        Compare(SheetNames.Contributions, t => t.Contributions, c => $"{c.Participant}: {c.Kind}",
            new("What for", c => c.Summary), new("Amount", c => c.AmountAsWritten), new("When", c => c.When), new("Body", c => c.Body));
        Compare(SheetNames.Sources, t => t.Sources.Select(s => new Source(s)
        {
            Key = s.Document,
            Reference = string.Empty,
            Document = s.Document,
            CitedDocuments = [],
        }), s => s.Row.Title.Length > 0 ? s.Row.Title : s.Row.ShortName,
            new("Date", s => s.Row.Date is { } date ? Labels.Of(date) : string.Empty), new("Link", s => s.Row.Link),
            new("SHA-256 of the copy", s => s.Row.Sha256));
        return rows;

        void Compare<TRow>(string sheet, Func<ReportTables, IEnumerable<TRow>> table, Func<TRow, string> title,
            params Field<TRow>[] fields)
            where TRow : ReportRow
        {
            var then = table(previous.Then).ToLookup(r => r.Key, StringComparer.Ordinal);
            var known = table(previous.ThenAsKnownNow).ToLookup(r => r.Key, StringComparer.Ordinal);
            var after = table(now).ToLookup(r => r.Key, StringComparer.Ordinal);
            foreach (var key in after.Concat(known).Concat(then).Select(g => g.Key).Distinct(StringComparer.Ordinal))
            {
                Step([.. then[key]], [.. known[key]],
                    previous.IsEndorsed ? ChangeCause.RecordedAfterEndorsement : ChangeCause.Recorded);
                Step([.. known[key]], [.. after[key]], ChangeCause.Since);
            }

            void Step(IReadOnlyList<TRow> before, IReadOnlyList<TRow> later, ChangeCause cause)
            {
                var nature = (before, later) switch
                {
                    ([], []) => (ChangeNature?)null,
                    ([], _) => ChangeNature.New,
                    (_, []) => ChangeNature.Gone,
                    _ => ChangeNature.Changed,
                };
                var changed = fields.SelectMany(f => f.Changes(before, later)).ToList();
                if (nature is null || (nature == ChangeNature.Changed && changed.Count == 0))
                    return;
                var row = (later.Count > 0 ? later : before)[0];
                var isClosed = later is [CommitmentRow { Status.Closure: not null }, ..]
                    && before is [CommitmentRow { Status.Closure: null }, ..];
                rows.Add(new ChangeRow
                {
                    Sheet = sheet,
                    Title = title(row),
                    Nature = isClosed ? ChangeNature.Closed : nature.Value,
                    Cause = cause,
                    Fields = nature switch
                    {
                        ChangeNature.New => [.. changed.Take(MaxFieldsOfNew)],
                        ChangeNature.Gone => [],
                        _ => changed,
                    },
                    Key = row.Key,
                    Reference = row.Reference,
                    Document = row.Document,
                    CitedDocuments = [],
                });
            }
        }
    }

    private static IEnumerable<AttendanceList> Lists(AttendanceMatrix attendance) =>
        attendance.Columns.Select((column, i) => (column, i)).Where(c => c.column.Listed).Select(c => new AttendanceList(
            $"{c.column.Label}, {c.column.Dates}",
            ReportContext.Lines(attendance.Rows.Where(r => r.Cells[c.i] != Labels.NotListed)
                .Select(r => $"{r.Participant} ({r.Cells[c.i]})")))
        {
            Key = c.column.Name,
            Reference = string.Empty,
            Document = string.Empty,
            CitedDocuments = [],
        });

    // Who a meeting's list names, a line each.
    private sealed record AttendanceList(string Title, string Names) : ReportRow;

    private sealed record Source(SourceRow Row) : ReportRow;

    // A detail of a row, to be compared.
    private sealed record Field<TRow>(string Label, Func<TRow, string> Value)
    {
        // Of something new it is told only where this holds.
        public Func<TRow, bool> IsTold { get; init; } = _ => true;

        // Lines of which only those are told that came or went.
        public bool IsList { get; init; }

        // Null where it is the same.
        public IEnumerable<FieldChange> Changes(IReadOnlyList<TRow> before, IReadOnlyList<TRow> after)
        {
            if (IsList && before.Count > 0 && after.Count > 0)
            {
                if (ReportContext.List(Lines(before).Except(Lines(after))) is { Length: > 0 } gone)
                    yield return new FieldChange(Wording.Format($"{Wording.Of(Label)}, no longer"), gone, string.Empty);
                if (ReportContext.List(Lines(after).Except(Lines(before))) is { Length: > 0 } come)
                    yield return new FieldChange(Wording.Format($"{Wording.Of(Label)}, added"), string.Empty, come);
                yield break;
            }
            var (old, value) = (Text(before), Text(before.Count > 0 ? after : [.. after.Where(IsTold)]));
            if (old == value)
                yield break;
            yield return new FieldChange(old.Length > 0 && value.Length == 0 ? Wording.Format($"{Wording.Of(Label)}, no longer")
                : Wording.Of(Label), old, value);
        }

        private string Text(IEnumerable<TRow> rows) => ReportContext.List(rows.Select(Value));

        private IEnumerable<string> Lines(IEnumerable<TRow> rows) => rows.SelectMany(r => Value(r).Split('\n')).Where(l => l.Length > 0);
    }
}
