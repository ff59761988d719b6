using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Common.V1;
using Platform.Reporting.History;
using Platform.Reporting.Reports;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Rpcs;

internal sealed partial class ReportingRpcs
{
    [Allow(Role.Officer, Role.CoChair)]
    public override async Task<CreateReportResponse> CreateReport(CreateReportRequest request, ServerCallContext context)
    {
        var asked = request.Report ?? throw ApiError.InvalidField("report", "Is required.");
        Check(asked, time.GetUtcNow());
        if (await reports.FindAsync(asked.Name, context.CancellationToken) is { } earlier)
            return new() { Report = Repeats(asked, earlier) ? earlier : throw ApiError.Exists(asked.Name) };

        var now = time.GetUtcNow();
        var definition = new ReportDefinition
        {
            Title = asked.Title,
            BaseMeeting = asked.BaseMeeting,
            TargetMeeting = asked.TargetMeeting.Length == 0 ? null : asked.TargetMeeting,
            AsOf = asked.AsOf.Length == 0 ? DateOnly.FromDateTime(now.UtcDateTime)
                : DateOnly.ParseExact(asked.AsOf, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            KnownAt = asked.KnownAt?.ToDateTimeOffset() ?? now,
            Handling = asked.Handling == HandlingLevel.Unspecified ? HandlingLevel.Secretariat : asked.Handling,
        };
        await catchUpBarrier.WaitAsync(context.CancellationToken);
        var report = new Report
        {
            Name = asked.Name,
            Title = asked.Title,
            BaseMeeting = asked.BaseMeeting,
            TargetMeeting = asked.TargetMeeting,
            AsOf = definition.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            KnownAt = definition.KnownAt.ToTimestamp(),
            Handling = definition.Handling,
            CreateTime = now.ToTimestamp(),
            ConsumedPositions = { await PositionsAsync(context.CancellationToken) },
        };
        // What may still come is no part of the report.
        foreach (var position in report.ConsumedPositions)
            position.LatestPosition = 0;
        var (workbook, marking) = await BuildAsync(definition, context.CancellationToken);
        report.Marking = marking;
        report.Sha256 = Convert.ToHexStringLower(SHA256.HashData(workbook));
        report.SizeBytes = workbook.Length;
        if (await reports.AddAsync(report, workbook, context.CancellationToken))
            return new() { Report = report };
        // Somebody asked for the same at the same time and was first.
        var first = (await reports.FindAsync(report.Name, context.CancellationToken))!;
        return new() { Report = Repeats(asked, first) ? first : throw ApiError.Exists(asked.Name) };
    }

    private async Task<(byte[] Workbook, HandlingLevel Marking)> BuildAsync(ReportDefinition definition, CancellationToken cancel)
    {
        var view = RecordView.At(await history.VersionsAsync(definition.KnownAt, cancel), definition.AsOf, definition.KnownAt,
            definition.Handling);
        try
        {
            return (ProgressReportWorkbook.Write(ProgressReport.Build(view, definition)), view.Marking);
        }
        catch (ReportException e)
        {
            throw ApiError.RuleViolated(Rule.ConferencesUnsuitable, e.Message);
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
        // What will be recorded is not known: such a report could not be made again.
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
        && (asked.AsOf.Length == 0 || asked.AsOf == earlier.AsOf)
        && (asked.KnownAt is null || asked.KnownAt.Equals(earlier.KnownAt));
}
