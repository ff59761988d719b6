using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>Which details of the rows of a sheet are compared.</summary>
/// <param name="Name">The sheet.</param>
internal abstract record ComparedSheet(string Name)
{
    /// <summary>The sheets that are compared, in their order.</summary>
    public static IReadOnlyList<ComparedSheet> All { get; } =
    [
        new Sheet<TaskingRow>(SheetNames.Taskings, t => t.Taskings, t => t.Title)
        {
            Fields =
            [
                new("Given to", t => t.GivenTo), new("Summary", t => t.Summary), new("Conditions", t => t.Conditions),
                new("Official text", t => t.OfficialText),
                new("Commitments", t => ReportContext.Lines(t.Commitments.Select(c => c.Title))) { IsList = true },
            ],
        },
        new Sheet<CommitmentRow>(SheetNames.Commitments, t => t.Commitments, c => c.Title)
        {
            Fields =
            [
                new("Closure", c => c.Status.ClosureText) { IsTold = c => c.Status.Closure is not null },
                new("Responsible", c => c.Lead), new("Supporting", c => c.Supporting),
                new("Due", c => c.Status.Due is { } due ? Labels.Of(due) : string.Empty),
                new("Deadline as written", c => c.Status.DeadlineAsWritten),
                new("Self-reported", c => Labels.SelfReported(c.Status.SelfReported)),
                new("Shown by a document", c => Labels.ShownByDocument(c.Status.ShownByDocument)),
                new("Assessed", c => Labels.Assessed(c.Status.Assessed)), new("Timeliness", c => Labels.Of(c.Status.Timeliness)),
                new("Latest progress", c => c.LatestProgress is { } p ? $"{Labels.Of(p.Date)}: {p.Narrative}" : string.Empty),
                new("Summary", c => c.Summary), new("Conditions", c => c.Conditions), new("Reaffirmed in", c => c.ReaffirmedIn),
                new("Advances", c => c.Advances), new("Official text", c => c.OfficialText),
            ],
        },
        Recommendations(SheetNames.EarlierRecommendations, t => t.EarlierRecommendations),
        Recommendations(SheetNames.RecommendationsSought, t => t.RecommendationsSought),
        new Sheet<BodyRow>(SheetNames.Bodies, t => t.Bodies, b => b.Name)
        {
            Fields = [new("Mandate", b => b.Mandate), new("Chairs, managers, leads", b => b.Leads) { IsList = true }],
        },
        new Sheet<MeetingRow>(SheetNames.Meetings, t => t.Meetings,
            m => m.ShortName.Length > 0 ? $"{m.Title} ({m.ShortName})" : m.Title)
        {
            Fields =
            [
                new("Dates", m => m.Days.Text), new("Status", m => Labels.Of(m.Status)), new("Place", m => m.Place),
                new("Host", m => m.Hosts), new("Chair", m => m.Chairs), new("Body", m => m.Body),
                new("Attendance", m => m.Listed is { } listed ? Wording.Format($"{listed} listed") : string.Empty),
                new("Numbers", m => m.Counts), new("Purpose and agenda", m => m.About),
            ],
        },
        new Sheet<AttendanceList>(SheetNames.Attendance, t => Lists(t.Attendance), l => l.Title)
        {
            Fields = [new("Listed", l => l.Names) { IsList = true }],
        },
        new Sheet<MembershipRow>(SheetNames.Membership, t => t.Membership,
            m => Wording.Format($"{m.Participant}: standing in the {m.Body}"))
        {
            Fields =
            [
                new("Standing", m => Labels.Of(m.Step)), new("Condition", m => m.Condition), new("Decided by", m => m.DecidedBy),
            ],
        },
        new Sheet<ContributionRow>(SheetNames.Contributions, t => t.Contributions, c => $"{c.Participant}: {c.Kind}")
        {
            Fields =
            [
                new("What for", c => c.Summary), new("Amount", c => c.AmountAsWritten), new("When", c => c.When),
                new("Body", c => c.Body),
            ],
        },
        new Sheet<Source>(SheetNames.Sources, t => t.Sources.Select(s => new Source(s)
        {
            Key = s.Document,
            Reference = string.Empty,
            Document = s.Document,
            CitedDocuments = [],
        }), s => s.Row.Title.Length > 0 ? s.Row.Title : s.Row.ShortName)
        {
            Fields =
            [
                new("Date", s => s.Row.Date is { } date ? Labels.Of(date) : string.Empty), new("Link", s => s.Row.Link),
                new("SHA-256 of the copy", s => s.Row.Sha256),
            ],
        },
    ];

    /// <summary>The details that are compared, in words, and whether each is a list of which only what came or went is told.</summary>
    public abstract IReadOnlyList<(string Label, bool IsList)> Details { get; }

    /// <summary>The rows of a report in bytes, with what each is about.</summary>
    public abstract IEnumerable<(string Key, byte[] Row)> RowsOf(ReportTables tables);

    private static Sheet<RecommendationRow> Recommendations(string name, Func<ReportTables, IEnumerable<RecommendationRow>> table) =>
        new(name, table, r => r.Title)
        {
            Fields =
            [
                new("Response", r => Labels.Of(r.Response)) { IsTold = r => r.Response != ResponseStatus.Unspecified },
                new("Made by", r => r.MadeBy), new("Made on", r => Labels.Of(r.Date)), new("Responded in", r => r.RespondedIn),
                new("Note", r => r.Note), new("Summary", r => r.Summary), new("Conditions", r => r.Conditions),
                new("Passed over by", r => r.NextConference), new("Official text", r => r.OfficialText),
            ],
        };

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

    private sealed record Sheet<TRow>(string Name, Func<ReportTables, IEnumerable<TRow>> Table, Func<TRow, string> Title)
        : ComparedSheet(Name)
        where TRow : ReportRow
    {
        public required IReadOnlyList<Field<TRow>> Fields { get; init; }

        public override IReadOnlyList<(string Label, bool IsList)> Details => [.. Fields.Select(f => (f.Label, f.IsList))];

        public override IEnumerable<(string Key, byte[] Row)> RowsOf(ReportTables tables) => Table(tables).Select(row => (row.Key,
            new ComparedRow(Title(row), row.Reference, row.Document, row is CommitmentRow { Status.Closure: not null },
                [.. Fields.Select(f => new ComparedValue(f.Value(row), f.IsTold(row)))]).ToBytes()));
    }

    private sealed record Field<TRow>(string Label, Func<TRow, string> Value)
    {
        // Of something new it is told only where this holds.
        public Func<TRow, bool> IsTold { get; init; } = _ => true;

        // Lines of which only those are told that came or went.
        public bool IsList { get; init; }
    }
}
