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
        var earlier = report.PreviousReport.Length == 0 ? null
            : await reports.FindAsync(report.PreviousReport, cancel)
                ?? throw new ReportException($"The report \"{report.PreviousReport}\", with which it is to be compared, is not there.");
        var previous = earlier is null ? null : await PreviousAsync(earlier, definition, cancel);
        tellPercent(40);
        var (content, marking) = await ContentAsync(definition, cancel);
        tellPercent(60);
        return (previous is null ? content : content.ComparedWith(previous), marking);
    }

    /// <summary>Compares two reports.</summary>
    public async Task<IReadOnlyList<ChangeRow>> CompareAsync(Report earlier, Report later, CancellationToken cancel)
    {
        var definition = DefinitionOf(later);
        return ChangeRow.Build(await PreviousAsync(earlier, definition, cancel), (await ContentAsync(definition, cancel)).Content);
    }

    /// <summary>The calls that made what a report knows and the one before did not, as far as they were sampled, newest first.</summary>
    public async Task<List<string>> TraceParentsAsync(Report report, int limit, CancellationToken cancel)
    {
        var previous = report.PreviousReport.Length == 0 ? null : await reports.FindAsync(report.PreviousReport, cancel);
        return await history.TraceParentsAsync(previous?.KnownAt.ToDateTimeOffset() ?? DateTimeOffset.UnixEpoch,
            report.KnownAt.ToDateTimeOffset(), limit, cancel);
    }

    // What a report said, and what it would say of the same day, had all been recorded that is now. For the same eyes as the
    // report that is compared with it: what differs only in who may see it is no change. The history is read again for each, so
    // that only one is in memory (decision 26).
    private async Task<PreviousReport> PreviousAsync(Report report, ReportDefinition next, CancellationToken cancel)
    {
        var definition = DefinitionOf(report) with { Handling = next.Handling };
        var then = await ComparedAsync(definition, null, cancel);
        var thenAsKnownNow = await ComparedAsync(
            definition with { KnownAt = next.KnownAt, UnsettledServices = next.UnsettledServices }, then, cancel);
        return new PreviousReport(
            report.Version > 0 ? Wording.Format($"version {report.Version}, as of {Labels.Of(definition.AsOf)}")
                : Wording.Format($"“{report.Title}”, as of {Labels.Of(definition.AsOf)}"),
            // By the moment of the report: made again after a later endorsement it is the same.
            report.Steps.Any(s => s.Standing == ReportStanding.Endorsed && s.RecordTime.ToDateTimeOffset() <= next.KnownAt),
            then, thenAsKnownNow);
    }

    // With their methods the views end, so that none is in memory while something else is made.
    private async Task<(ProgressReport Content, HandlingLevel Marking)> ContentAsync(ReportDefinition definition,
        CancellationToken cancel)
    {
        var view = await ViewAsync(definition, cancel);
        return (ProgressReport.Build(view, definition, cancel), view.Marking);
    }

    private async Task<ComparedReport> ComparedAsync(ReportDefinition definition, ComparedReport? similar, CancellationToken cancel) =>
        ComparedReport.Of(ReportTables.Build(await ViewAsync(definition, cancel), definition, cancel), similar);

    private async Task<RecordView> ViewAsync(ReportDefinition definition, CancellationToken cancel)
    {
        // What came before it, the report that is compared for instance.
        ReportMemory.GiveBack();
        var view = new RecordView.Builder(definition.AsOf, definition.KnownAt, definition.Handling);
        await foreach (var versions in history.HistoriesAsync(definition.KnownAt, definition.UnsettledServices, cancel))
            view.Add(versions);
        ReportMemory.GiveBack();
        return view.Build();
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
        UnsettledServices = report.ConsumedPositions.Where(p => report.UnsettledServices.Contains(p.Service))
            .ToDictionary(p => p.Service, p => p.Position),
    };
}
