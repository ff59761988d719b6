using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Common.V1;
using Platform.Hosting.Telemetry;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    private const int MaxVersion = 9999;

    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<CreateReportResponse> CreateReport(CreateReportRequest request, ServerCallContext context)
    {
        var asked = request.Report ?? throw ApiError.InvalidField("report", "Is required.");
        var now = time.GetUtcNow();
        Check(asked, now);
        var report = new Report
        {
            Name = asked.Name,
            Title = asked.Title,
            BaseMeeting = asked.BaseMeeting,
            TargetMeeting = asked.TargetMeeting,
            AsOf = asked.AsOf.Length > 0 ? asked.AsOf
                : DateOnly.FromDateTime(now.UtcDateTime).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            KnownAt = asked.KnownAt ?? now.ToTimestamp(),
            Handling = asked.Handling == HandlingLevel.Unspecified ? HandlingLevel.Secretariat : asked.Handling,
            CreateTime = now.ToTimestamp(),
            State = ReportState.Queued,
            Standing = ReportStanding.Draft,
            Version = asked.Version,
            PreviousReport = asked.PreviousReport,
            Process = asked.Process,
            Secretariat = asked.Secretariat,
            Paper = asked.Paper,
            Language = asked.Language,
            TraceParent = Tracing.Current,
        };
        // A repeated request is answered even when the queue is full.
        var earlier = await reports.FindAsync(report.Name, context.CancellationToken);
        if (earlier?.State is not (ReportState.Queued or ReportState.Building or ReportState.Ready)
            && await reports.CountPendingAsync(context.CancellationToken) >= ReportStore.MaxPending)
        {
            throw ApiError.LimitExceeded("pending_reports", $"{ReportStore.MaxPending} reports wait to be built. Ask again when some "
                + "are ready.",
                TimeSpan.FromSeconds(30));
        }
        if (report.PreviousReport.Length > 0)
            await CheckPreviousAsync(report, context.CancellationToken);
        if (earlier is not null || !await reports.AddAsync(report, context.CancellationToken))
        {
            // Another request may have added it meanwhile.
            earlier ??= (await reports.FindAsync(report.Name, context.CancellationToken))!;
            if (!Repeats(asked, earlier))
                throw ApiError.Exists(asked.Name);
            if (earlier.State == ReportState.Expired)
            {
                // The same day and moment give the same files.
                report = earlier.Clone();
                (report.State, report.Percent, report.CreateTime) = (ReportState.Queued, 0, now.ToTimestamp());
            }
            (report.Version, report.PreviousReport) = (earlier.Version, earlier.PreviousReport);
            (report.Process, report.Secretariat, report.Paper, report.Language, report.BriefTemplateSha256) =
                (earlier.Process, earlier.Secretariat, earlier.Paper, earlier.Language, earlier.BriefTemplateSha256);
            if (earlier.State is not (ReportState.Failed or ReportState.Cancelled or ReportState.Expired)
                || !await reports.QueueAgainAsync(report, context.CancellationToken))
            {
                return new() { Report = earlier };
            }
        }
        signal.Set();
        return new() { Report = report };
    }

    private async Task CheckPreviousAsync(Report report, CancellationToken cancel)
    {
        if (await reports.FindAsync(report.PreviousReport, cancel) is not { State: ReportState.Ready or ReportState.Expired } previous)
        {
            throw ApiError.InvalidField("report.previous_report", $"\"{ApiError.Excerpt(report.PreviousReport, 100)}\" is not a report "
                + "that is ready. Leave it out for the latest version for the same conference.");
        }
        if (previous.KnownAt > report.KnownAt || string.CompareOrdinal(previous.AsOf, report.AsOf) > 0)
        {
            throw ApiError.InvalidField("report.previous_report", $"\"{previous.Name}\" is as of {previous.AsOf} and as known at "
                + $"{previous.KnownAt.ToDateTime():yyyy-MM-dd'T'HH:mm:ss'Z'}, later than the report that would be compared with it.");
        }
    }

    private static void Check(Report report, DateTimeOffset now)
    {
        var violations = new FieldViolations();
        violations.ResourceName("report.name", report.Name, "reports/*");
        violations.Text("report.title", report.Title, 200);
        violations.ResourceName("report.base_meeting", report.BaseMeeting, "meetings/*");
        violations.OptionalResourceName("report.target_meeting", report.TargetMeeting, "meetings/*");
        violations.OptionalDate("report.as_of", report.AsOf);
        violations.OptionalMoment("report.known_at", report.KnownAt);
        violations.DefinedEnum("report.handling", report.Handling);
        violations.OptionalResourceName("report.previous_report", report.PreviousReport, "reports/*");
        violations.OptionalText("report.process", report.Process, 200);
        violations.OptionalText("report.secretariat", report.Secretariat, 100);
        violations.DefinedEnum("report.paper", report.Paper);
        if (report.Language.Length > 0 && !Wording.Languages.Contains(report.Language))
            violations.Add("report.language", $"Must be one of {string.Join(", ", Wording.Languages)}, or empty for the worker's.");
        if (report.Version is < 0 or > MaxVersion)
            violations.Add("report.version", $"Must be from 1 to {MaxVersion}, or 0 for the next one.");
        // What will be recorded is unknown: such a report would not be reproducible.
        if (report.KnownAt is not null && report.KnownAt > now.ToTimestamp())
            violations.Add("report.known_at", "Must not lie in the future. Leave it out for what is known now.");
        violations.ThrowIfAny();
    }

    // What the request leaves open agrees with whatever was filled in the first time.
    private static bool Repeats(Report asked, Report earlier) =>
        asked.Title == earlier.Title
        && asked.BaseMeeting == earlier.BaseMeeting
        && asked.TargetMeeting == earlier.TargetMeeting
        && (asked.Handling == HandlingLevel.Unspecified || asked.Handling == earlier.Handling)
        && (asked.Version == 0 || asked.Version == earlier.Version)
        && (asked.Process.Length == 0 || asked.Process == earlier.Process)
        && (asked.Secretariat.Length == 0 || asked.Secretariat == earlier.Secretariat)
        && (asked.Language.Length == 0 || asked.Language == earlier.Language)
        && (asked.Paper == PaperSize.Unspecified || asked.Paper == earlier.Paper)
        && (asked.PreviousReport.Length == 0 || asked.PreviousReport == earlier.PreviousReport)
        && (asked.AsOf.Length == 0 || asked.AsOf == earlier.AsOf)
        && (asked.KnownAt is null || asked.KnownAt.Equals(earlier.KnownAt));
}
