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
        var previous = report.PreviousReport.Length == 0 ? null
            : await reports.FindAsync(report.PreviousReport, cancel)
                ?? throw new ReportException($"The report \"{report.PreviousReport}\", with which it is to be compared, is not there.");
        var views = await ViewsAsync([definition, .. Comparisons(previous, definition)], cancel);
        tellPercent(50);
        return (ProgressReport.Build(views[0], definition, Previous(previous, views[1..], definition, cancel), cancel), views[0].Marking);
    }

    /// <summary>Compares two reports.</summary>
    public async Task<IReadOnlyList<ChangeRow>> CompareAsync(Report earlier, Report later, CancellationToken cancel)
    {
        var definition = DefinitionOf(later);
        var views = await ViewsAsync([definition, .. Comparisons(earlier, definition)], cancel);
        return ChangeRow.Build(Previous(earlier, views[1..], definition, cancel)!, ReportTables.Build(views[0], definition, cancel));
    }

    /// <summary>The calls that made what a report knows and the one before did not, as far as they were sampled, newest first.</summary>
    public async Task<List<string>> TraceParentsAsync(Report report, int limit, CancellationToken cancel)
    {
        var previous = report.PreviousReport.Length == 0 ? null : await reports.FindAsync(report.PreviousReport, cancel);
        return await history.TraceParentsAsync(previous?.KnownAt.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch,
            report.KnownAt.ToDateTimeOffset(), limit, cancel);
    }

    // The history is read once for all views.
    private async Task<RecordView[]> ViewsAsync(IReadOnlyList<ReportDefinition> definitions, CancellationToken cancel)
    {
        var views = definitions.Select(d => new RecordView.Builder(d.AsOf, d.KnownAt, d.Handling)).ToList();
        await foreach (var versions in history.HistoriesAsync(definitions.Max(d => d.KnownAt), cancel))
        {
            foreach (var view in views)
                view.Add(versions);
        }
        ReportMemory.GiveBack();
        return [.. views.Select(v => v.Build())];
    }

    // What the report before said, and what it would say of the same day, had all been recorded that is now. For the same eyes
    // as the report that is compared with it: what differs only in who may see it is no change.
    private static ReportDefinition[] Comparisons(Report? previous, ReportDefinition definition)
    {
        if (previous is null)
            return [];
        var then = DefinitionOf(previous) with { Handling = definition.Handling };
        return [then, then with { KnownAt = definition.KnownAt }];
    }

    private static PreviousReport? Previous(Report? previous, RecordView[] views, ReportDefinition definition, CancellationToken cancel)
    {
        if (previous is null)
            return null;
        var comparisons = Comparisons(previous, definition);
        return new PreviousReport(
            previous.Version > 0 ? Wording.Format($"version {previous.Version}, as of {Labels.Of(comparisons[0].AsOf)}")
                : Wording.Format($"“{previous.Title}”, as of {Labels.Of(comparisons[0].AsOf)}"),
            // By the moment of the report: made again after a later endorsement it is the same.
            previous.Steps.Any(s => s.Standing == ReportStanding.Endorsed && s.RecordTime.ToDateTimeOffset() <= definition.KnownAt),
            ReportTables.Build(views[0], comparisons[0], cancel),
            ReportTables.Build(views[1], comparisons[1], cancel));
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
        Process = report.Process,
        Secretariat = report.Secretariat,
        Paper = report.Paper,
        UnsettledServices = [.. report.UnsettledServices],
    };
}
