using System.Globalization;
using Platform.Common.V1;
using Platform.Reporting.History;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Building;

/// <summary>Makes the content of reports from the history.</summary>
internal sealed class ReportContents(ReportStore reports, HistoryStore history)
{
    /// <summary>The content of a report, compared with the one before; and the closest handling of what it tells.</summary>
    public async Task<(ProgressReport Content, HandlingLevel Marking)> BuildAsync(Report report, Action<int> tellPercent,
        CancellationToken cancel)
    {
        var definition = DefinitionOf(report);
        var versions = await history.VersionsAsync(definition.KnownAt, cancel);
        tellPercent(50);
        var view = RecordView.At(versions, definition.AsOf, definition.KnownAt, definition.Handling);
        var previous = report.PreviousReport.Length == 0 ? null
            : await reports.FindAsync(report.PreviousReport, cancel) is { } found ? Previous(found, versions, definition, cancel)
            : throw new ReportException($"The report \"{report.PreviousReport}\", with which it is to be compared, is not there.");
        return (ProgressReport.Build(view, definition, previous, cancel), view.Marking);
    }

    /// <summary>What is different between two reports.</summary>
    public async Task<IReadOnlyList<ChangeRow>> CompareAsync(Report earlier, Report later, CancellationToken cancel)
    {
        var definition = DefinitionOf(later);
        var versions = await history.VersionsAsync(definition.KnownAt, cancel);
        return ChangeRow.Build(Previous(earlier, versions, definition, cancel), ReportTables.Build(versions, definition, cancel));
    }

    // For the same eyes as the report that is compared with it: what differs only in who may see it is no change.
    private static PreviousReport Previous(Report previous, IReadOnlyCollection<ResourceVersion> versions, ReportDefinition definition,
        CancellationToken cancel)
    {
        var then = DefinitionOf(previous) with { Handling = definition.Handling };
        return new PreviousReport(
            $"{(previous.Version > 0 ? $"version {previous.Version}" : $"“{previous.Title}”")}, as of {Labels.Of(then.AsOf)}",
            // By the moment of the report: made again after a later endorsement it is the same.
            previous.Steps.Any(s => s.Standing == ReportStanding.Endorsed && s.RecordTime.ToDateTimeOffset() <= definition.KnownAt),
            ReportTables.Build(versions, then, cancel),
            ReportTables.Build(versions, then with { KnownAt = definition.KnownAt }, cancel));
    }

    private static ReportDefinition DefinitionOf(Report report) => new()
    {
        Title = report.Title,
        BaseMeeting = report.BaseMeeting,
        TargetMeeting = report.TargetMeeting.Length == 0 ? null : report.TargetMeeting,
        AsOf = DateOnly.ParseExact(report.AsOf, "yyyy-MM-dd", CultureInfo.InvariantCulture),
        KnownAt = report.KnownAt.ToDateTimeOffset(),
        Handling = report.Handling,
        Version = report.Version,
        UnsettledServices = [.. report.UnsettledServices],
    };
}
