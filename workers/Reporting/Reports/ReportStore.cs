using System.Security.Cryptography;
using Google.Protobuf;
using Platform.Reporting.Databases;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>The files of a report.</summary>
/// <param name="Workbook">The workbook, <c>.xlsx</c>.</param>
/// <param name="Brief">The brief, <c>.docx</c>; null where the report was built before there were briefs.</param>
internal sealed record ReportFiles(byte[] Workbook, byte[]? Brief)
{
    /// <summary>Says in a report which files it has.</summary>
    public void Describe(Report report)
    {
        (report.Sha256, report.SizeBytes) = (Hash(Workbook), Workbook.Length);
        (report.BriefSha256, report.BriefSizeBytes) = (Hash(Brief ?? []), Brief?.Length ?? 0);

        static string Hash(byte[] file) => file.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

/// <summary>The reports, asked for and built: they are kept, whatever becomes of the projection.</summary>
internal sealed class ReportStore(WorkerDatabase database, TimeProvider time, ReportsOptions? options = null)
{
    private const int PageSize = 100;

    private readonly ReportsOptions _options = options ?? new();
    private readonly Lazy<byte[]?> _template = new(() =>
        options is { BriefTemplate.Length: > 0 } ? File.ReadAllBytes(options.BriefTemplate) : null);

    /// <summary>A build takes seconds and holds a workbook in memory: the queue is bounded.</summary>
    public const int MaxPending = 100;

    // More than these are not looked at for the one before: there the latest are drafts that failed.
    private const int MaxBefore = 50;

    /// <summary>
    /// Queues a report, as the next version and after the latest one where it says neither, and with what this worker is set up
    /// with where it leaves that open; false when its name is taken.
    /// </summary>
    public async Task<bool> AddAsync(Report report, CancellationToken cancel)
    {
        if (report.Process.Length == 0)
            report.Process = _options.Process;
        if (report.Secretariat.Length == 0)
            report.Secretariat = _options.Secretariat;
        if (report.Language.Length == 0)
            report.Language = _options.Language;
        if (report.Paper == PaperSize.Unspecified)
            report.Paper = PaperSize.A4;
        if (_template.Value is { } template)
            report.BriefTemplateSha256 = await KeepTemplateAsync(template, cancel);
        if (report.PreviousReport.Length == 0)
            report.PreviousReport = (await FindPreviousAsync(report, cancel))?.Name ?? "";
        var counts = report.Version == 0;
        while (true)
        {
            if (counts)
            {
                report.Version = 1 + (int)(await database.QueryAsync(
                    "select coalesce(max(version), 0) from report where series = @series", r => r.GetInt64(0), cancel,
                    ("@series", SeriesOf(report)))).Single();
            }
            if (await database.ExecuteAsync("""
                insert into report (name, state, pending, request_time, series, version, is_counted)
                values (@name, @state, @pending, @now, @series, @version, @counts) on conflict do nothing
                """, cancel, ("@name", report.Name), ("@state", report.ToByteArray()), ("@pending", true), ("@now", Now()),
                ("@series", SeriesOf(report)), ("@version", report.Version), ("@counts", counts)) == 1)
            {
                return true;
            }
            // Another report was the next version meanwhile.
            if (!counts || await FindAsync(report.Name, cancel) is not null)
                return false;
        }
    }

    /// <summary>
    /// The latest version before a report, for the same conference and as known at an earlier moment; where there is none, one
    /// of the time when the conference for which it is written was not known. Null when there is none either.
    /// </summary>
    private async Task<Report?> FindPreviousAsync(Report report, CancellationToken cancel)
    {
        foreach (var series in new[] { SeriesOf(report), SeriesOf(new Report { BaseMeeting = report.BaseMeeting }) }.Distinct())
        {
            var versions = await database.QueryAsync(
                "select state from report where series = @series order by version desc limit @limit",
                r => Parse((byte[])r.GetValue(0)), cancel, ("@series", series), ("@limit", MaxBefore));
            if (versions.Find(v => v.Name != report.Name && v.State is ReportState.Ready or ReportState.Expired
                && v.KnownAt < report.KnownAt && string.CompareOrdinal(v.AsOf, report.AsOf) <= 0) is { } previous)
            {
                return previous;
            }
        }
        return null;
    }

    // Kept with the reports, so that a report made again is the same file whatever the worker's template is by then.
    private async Task<string> KeepTemplateAsync(byte[] template, CancellationToken cancel)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(template));
        await database.ExecuteAsync("insert into brief_template (sha256, file) values (@hash, @file) on conflict do nothing", cancel,
            ("@hash", hash), ("@file", template));
        return hash;
    }

    /// <summary>The template of a report's brief; null for the one that comes with the platform.</summary>
    public async Task<byte[]?> FindTemplateAsync(Report report, CancellationToken cancel) => report.BriefTemplateSha256.Length == 0 ? null
        : (await database.QueryAsync("select file from brief_template where sha256 = @hash", r => (byte[])r.GetValue(0), cancel,
            ("@hash", report.BriefTemplateSha256))).FirstOrDefault()
            ?? throw new ReportException("The template of the brief is not there any more.");

    /// <summary>How many reports wait or are being built.</summary>
    public async Task<long> CountPendingAsync(CancellationToken cancel) =>
        (await database.QueryAsync("select count(*) from report where pending", r => r.GetInt64(0), cancel)).Single();

    /// <summary>Queues a report again; false when it is pending already.</summary>
    public async Task<bool> QueueAgainAsync(Report report, CancellationToken cancel) =>
        await database.ExecuteAsync("""
            update report set state = @state, pending = @pending, request_time = @now, lease_until = 0 where name = @name and not pending
            """, cancel, ("@name", report.Name), ("@state", report.ToByteArray()), ("@pending", true), ("@now", Now())) == 1;

    /// <summary>Takes the report that waits longest and that nobody builds; null when there is none.</summary>
    /// <param name="lease">For how long it is this worker's alone.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<Report?> TakeAsync(TimeSpan lease, CancellationToken cancel)
    {
        var now = Now();
        foreach (var waiting in await database.QueryAsync(
            "select state from report where pending and lease_until < @now order by request_time, name limit 10",
            r => Parse((byte[])r.GetValue(0)), cancel, ("@now", now)))
        {
            // Only one worker's update succeeds.
            if (await database.ExecuteAsync("update report set lease_until = @until where name = @name and pending and lease_until < @now",
                cancel, ("@until", Now(lease)), ("@name", waiting.Name), ("@now", now)) == 1)
            {
                return waiting;
            }
        }
        return null;
    }

    /// <summary>Keeps a report as it is now, and for how long its worker still needs it; false when it is no longer pending.</summary>
    public async Task<bool> RenewAsync(Report report, TimeSpan lease, CancellationToken cancel) =>
        await database.ExecuteAsync("update report set state = @state, lease_until = @until where name = @name and pending", cancel,
            ("@state", report.ToByteArray()), ("@until", Now(lease)), ("@name", report.Name)) == 1;

    /// <summary>Ends a report's being pending, with its files where it is ready; false when it is not pending.</summary>
    public async Task<bool> FinishAsync(Report report, ReportFiles? files, CancellationToken cancel) =>
        await database.ExecuteAsync(
            """
            update report set state = @state, workbook = @workbook, brief = @brief, pending = @pending, announced = @announced
            where name = @name and pending
            """,
            cancel, ("@state", report.ToByteArray()), ("@workbook", (object?)files?.Workbook ?? DBNull.Value),
            ("@brief", (object?)files?.Brief ?? DBNull.Value), ("@pending", false), ("@announced", files is null),
            ("@name", report.Name)) == 1;

    /// <summary>Reports that are ready and of which nobody was told yet.</summary>
    public Task<List<Report>> ListUnannouncedAsync(CancellationToken cancel) =>
        database.QueryAsync("select state from report where not announced order by name limit @limit", r => Parse((byte[])r.GetValue(0)),
            cancel, ("@limit", PageSize));

    /// <summary>Notes that others were told of a report.</summary>
    public Task MarkAnnouncedAsync(string name, CancellationToken cancel) =>
        database.ExecuteAsync("update report set announced = @announced where name = @name", cancel, ("@announced", true), ("@name", name));

    /// <summary>
    /// Removes the files of old drafts, as far as the worker is set up to: not of the latest version for a conference, nor of what
    /// a meeting considered or endorsed.
    /// </summary>
    public async Task ExpireAsync(CancellationToken cancel)
    {
        if (_options.KeepDraftsDays == 0)
            return;
        var (all, after) = (new List<Report>(), "");
        while (await ListAsync(after, PageSize, cancel) is { Count: > 0 } page)
        {
            all.AddRange(page.Where(r => r.State == ReportState.Ready));
            after = page[^1].Name;
        }
        var latest = all.GroupBy(SeriesOf).Select(g => g.MaxBy(r => (r.Version, r.ReadyTime?.ToDateTimeOffset(), r.Name))!.Name)
            .ToHashSet(StringComparer.Ordinal);
        var before = time.GetUtcNow().AddDays(-_options.KeepDraftsDays);
        foreach (var old in all.Where(r => r.Standing == ReportStanding.Draft && r.ReadyTime?.ToDateTimeOffset() < before
            && !latest.Contains(r.Name)))
        {
            var expired = old.Clone();
            expired.State = ReportState.Expired;
            await database.ExecuteAsync(
                "update report set state = @state, workbook = null, brief = null where name = @name and state = @before", cancel,
                ("@state", expired.ToByteArray()), ("@name", old.Name), ("@before", old.ToByteArray()));
        }
    }

    /// <summary>Replaces a report that is ready, and its files; false when another worker changed it meanwhile.</summary>
    public async Task<bool> ReplaceAsync(Report before, Report report, ReportFiles files, CancellationToken cancel) =>
        await database.ExecuteAsync(
            "update report set state = @state, workbook = @workbook, brief = @brief where name = @name and state = @before", cancel,
            ("@state", report.ToByteArray()), ("@workbook", files.Workbook), ("@brief", (object?)files.Brief ?? DBNull.Value),
            ("@name", report.Name), ("@before", before.ToByteArray())) == 1;

    /// <summary>A report, or null.</summary>
    public async Task<Report?> FindAsync(string name, CancellationToken cancel) =>
        (await database.QueryAsync("select state from report where name = @name", r => Parse((byte[])r.GetValue(0)), cancel,
            ("@name", name))).FirstOrDefault();

    /// <summary>A report's files; null when there are none, or none yet.</summary>
    public async Task<ReportFiles?> FindFilesAsync(string name, CancellationToken cancel) =>
        (await database.QueryAsync("select workbook, brief from report where name = @name and workbook is not null",
            r => new ReportFiles((byte[])r.GetValue(0), r.IsDBNull(1) ? null : (byte[])r.GetValue(1)), cancel,
            ("@name", name))).FirstOrDefault();

    /// <summary>Reports in the order of their names, after a name.</summary>
    public Task<List<Report>> ListAsync(string after, int limit, CancellationToken cancel) =>
        database.QueryAsync("select state from report where name > @after order by name limit @limit", r => Parse((byte[])r.GetValue(0)),
            cancel, ("@after", after), ("@limit", limit));

    // The reports from one conference to another.
    private static string SeriesOf(Report report) => $"{report.BaseMeeting} {report.TargetMeeting}";

    private static Report Parse(byte[] state)
    {
        var report = Report.Parser.ParseFrom(state);
        // Built by a version that kept only what was ready.
        if (report.State == ReportState.Unspecified)
            (report.State, report.Percent) = (ReportState.Ready, 100);
        return report;
    }

    private long Now(TimeSpan ahead = default) => ConsumedChange.Microseconds(time.GetUtcNow() + ahead);
}
