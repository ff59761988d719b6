using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MassTransit;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Reporting.Briefs;
using Platform.Reporting.Building;
using Platform.Reporting.Consumers;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.Delivery;
using Platform.Reporting.History;
using Platform.Reporting.Reports;
using Platform.Reporting.Schedules;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Rpcs;

/// <summary>The worker's gRPC face: each of its RPCs is in a file of its own in <c>Rpcs</c>.</summary>
internal sealed partial class ReportingRpcs(
    WorkerDigests digests, ReportStore reports, ReportContents contents, HistoryStore history, ScheduleStore schedules,
        Scheduler scheduler, ReportDelivery delivery, DeadLetterStore deadLetters,
        IEnumerable<ConsumerCursor> logs, ReportSignal signal, IBus bus, TimeProvider time)
    : ReportingService.ReportingServiceBase, IDisposable
{
    private const string DeadLetterCollection = "deadLetters/";

    private static ApiException WasDiscarded(DeadLetter letter) =>
        ApiError.RuleViolated(Rule.DeadLetterDiscarded,
            $"\"{letter.Name}\" was discarded by {letter.DiscardedBy} on {letter.DiscardTime.ToDateTime():yyyy-MM-dd}.");

    private async Task<IReadOnlyList<ConsumedPosition>> PositionsAsync(CancellationToken cancel) =>
        await Task.WhenAll(logs.OrderBy(l => l.Service, StringComparer.Ordinal).Select(l => l.PositionAsync(cancel)));

    // Do not query the database for text that cannot be a name: it may not even accept the characters.
    private static string Named(string name) => ResourceNames.IsName(name) ? name : throw ApiError.NotFound(name);

    private async Task<DeadLetter> FindDeadLetterAsync(string name, CancellationToken cancel)
    {
        var violations = new FieldViolations();
        violations.ResourceName("name", name, "deadLetters/*");
        violations.ThrowIfAny();
        return await deadLetters.FindAsync(IdOf(name), cancel) ?? throw ApiError.NotFound(name);
    }

    /// <inheritdoc/>
    public void Dispose() => _comparisons.Dispose();

    // Records what a meeting did with a report, and says so on the first pages of its files: nothing else of them changes.
    private async Task<Report> TakeStepAsync(string name, ReportStanding standing, string meetingName, SourceReference? source,
        ServerCallContext context)
    {
        var cancel = context.CancellationToken;
        var violations = new FieldViolations();
        violations.ResourceName("meeting", meetingName, "meetings/*");
        violations.OptionalResourceName("source.document", source?.Document ?? "", "documents/*");
        violations.OptionalText("source.paragraph", source?.Paragraph ?? "", 200);
        violations.ThrowIfAny();
        var report = await FindReadyAsync(name, cancel);
        if (report.Standing == ReportStanding.Unspecified)
        {
            throw ApiError.RuleViolated(Rule.ReportState, $"\"{report.Name}\" was built before covers said what became of reports. Have it "
                + "built again under another name.");
        }
        if (report.Standing == ReportStanding.Endorsed)
            throw ApiError.RuleViolated(Rule.ReportState, $"\"{report.Name}\" is endorsed already.");
        if (report.Steps.Any(s => s.Meeting == meetingName && s.Standing == standing))
            throw ApiError.RuleViolated(Rule.ReportState, $"\"{report.Name}\" was considered at \"{meetingName}\" already.");
        var meeting = await FindShownAsync<Meeting>(meetingName, "meeting", report, cancel);
        var document = source is not { Document.Length: > 0 } ? null
            : await FindShownAsync<Document>(source.Document, "source.document", report, cancel);
        var files = await reports.FindFilesAsync(report.Name, cancel) ?? throw ApiError.NotFound(name);

        var next = report.Clone();
        next.Steps.Add(new ReportStep
        {
            Standing = standing,
            Meeting = meetingName,
            Source = source,
            RecordTime = time.GetUtcNow().ToTimestamp(),
            Actor = context.Caller().Subject,
            Sha256 = report.Sha256,
        });
        next.Standing = standing;
        var cited = document is null ? "" : document.ShortName.Length > 0 ? document.ShortName : document.Title;
        var place = $"{cited} {source?.Paragraph}".Trim();
        using var language = Wording.In(report.Language);
        var label = ReportContext.MeetingLabel(meeting);
        var words = (standing == ReportStanding.Endorsed ? Wording.Format($"Endorsed by {label}")
            : Wording.Format($"Considered at {label}")) + (place.Length > 0 ? $" ({place})" : "");
        // The latest first, before what was said of the steps before it.
        next.StandingText = report.StandingText.Length > 0
            ? $"{words}; {char.ToLowerInvariant(report.StandingText[0])}{report.StandingText[1..]}" : words;
        var restated = new ReportFiles(ProgressReportWorkbook.WithStanding(files.Workbook, next.StandingText),
            files.Brief is null ? null : BriefDocument.WithStanding(files.Brief, next.StandingText));
        restated.Describe(next);
        return await reports.ReplaceAsync(report, next, restated, cancel) ? next
            : throw ApiError.RuleViolated(Rule.ReportState, $"Somebody else recorded a step of \"{report.Name}\" meanwhile. Look again.");
    }

    // The cover must not name what readers of the report may not see.
    private async Task<T> FindShownAsync<T>(string name, string field, Report report, CancellationToken cancel)
        where T : class, IResource
    {
        var found = await history.FindAsync(name, cancel) as T ?? throw ApiError.ReferenceNotFound(field, name);
        return found.Handling.LevelOrPublic() <= (HandlingLevel)Math.Max((int)report.Marking, (int)HandlingLevel.Public) ? found
            : throw ApiError.InvalidField(field, $"\"{name}\" is held more closely than the report, whose cover would name it.");
    }

    private static string StateOf(Report report) => report.State switch
    {
        ReportState.Queued => "queued",
        ReportState.Building => "being built",
        ReportState.Ready => "ready",
        ReportState.Failed => $"failed ({report.Failure})",
        ReportState.Expired => "removed, as an old draft; the same request makes it again",
        _ => "cancelled",
    };

    private async Task<Report> FindReadyAsync(string name, CancellationToken cancel)
    {
        var report = await reports.FindAsync(Named(name), cancel) ?? throw ApiError.NotFound(name);
        return report.State == ReportState.Ready ? report
            : throw ApiError.RuleViolated(Rule.ReportState, $"\"{report.Name}\" is not ready: it is {StateOf(report)}.");
    }

    private async Task<Schedule> FindScheduleAsync(string name, CancellationToken cancel)
    {
        var violations = new FieldViolations();
        violations.ResourceName("name", name, "schedules/*");
        violations.ThrowIfAny();
        return await schedules.FindAsync(name, cancel) ?? throw ApiError.NotFound(name);
    }

    // Runs that were missed while it was paused are skipped.
    private async Task<Schedule> ChangeScheduleAsync(string name, bool paused, CancellationToken cancel)
    {
        while (true)
        {
            var schedule = await FindScheduleAsync(name, cancel);
            if (schedule.Paused == paused)
                return schedule;
            var changed = schedule.Clone();
            (changed.Paused, changed.ResumeTime) = (paused, paused ? schedule.ResumeTime : time.GetUtcNow().ToTimestamp());
            changed.NextTime = await scheduler.NextAsync(changed, time.GetUtcNow(), cancel);
            if (await schedules.ReplaceAsync(schedule, changed, cancel))
                return changed;
        }
    }

    private static string IdOf(string name) => name[DeadLetterCollection.Length..];
}
