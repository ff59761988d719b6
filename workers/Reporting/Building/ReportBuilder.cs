using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;
using Platform.Hosting.Telemetry;
using Platform.Reporting.Consumers;
using Platform.Reporting.History;
using Platform.Reporting.Reports;
using Platform.Reporting.Briefs;
using Platform.Reporting.Workbooks;

namespace Platform.Reporting.Building;

/// <summary>
/// Builds the reports that were asked for, one at a time in each worker. Whatever worker is free takes the one that waits
/// longest; one whose worker went away is taken by another when its lease has run out.
/// </summary>
internal sealed partial class ReportBuilder(ReportStore reports, ReportContents contents, CatchUpBarrier catchUpBarrier,
    IEnumerable<ConsumerCursor> logs, ReportSignal signal, ReportingMetrics metrics, TimeProvider time, ILogger<ReportBuilder> log)
    : BackgroundService
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RenewInterval = TimeSpan.FromSeconds(10);
    // How long a report waits until the changes are consumed, or for a database that is away.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ExpireInterval = TimeSpan.FromHours(1);
    // OpenTelemetry keeps 128 links of an activity unless it is told otherwise.
    private const int MaxTracedChanges = 100;

    private DateTimeOffset _lastExpired;

    /// <summary>Builds the report that waits longest; false when none does.</summary>
    public async Task<bool> BuildNextAsync(CancellationToken cancel)
    {
        if (await reports.TakeAsync(Lease, cancel) is not { } report)
            return false;
        var started = time.GetTimestamp();
        using var activity = Tracing.Start("build report", report.TraceParent);
        activity?.SetTag("platform.report", report.Name);
        try
        {
            if (await BuildWhileRenewingAsync(report, cancel) is not { } files)
                return true;
            files.Describe(report);
            report.ReadyTime = time.GetUtcNow().ToTimestamp();
            (report.State, report.Percent) = (ReportState.Ready, 100);
            await reports.FinishAsync(report, files, cancel);
            metrics.Finished(ready: true, time.GetElapsedTime(started));
            ReportMemory.GiveBack();
            if (activity is not null)
                await TraceAsync(activity, report, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // This worker stops: another takes the report at once.
            await reports.RenewAsync(report, TimeSpan.Zero, CancellationToken.None);
            throw;
        }
        catch (ApiException e) when (e.Reason == ErrorReason.DependencyUnavailable
            && time.GetUtcNow() - report.CreateTime.ToDateTimeOffset() < Patience)
        {
            report.State = ReportState.Queued;
            await reports.RenewAsync(report, RetryInterval, cancel);
        }
        catch (Exception e) when (e is ApiException or ReportException)
        {
            await FailAsync(report, e.Message, cancel);
            metrics.Finished(ready: false, time.GetElapsedTime(started));
        }
        // While the database is away the lease runs out, and the report is taken again.
#pragma warning disable CA1031 // Whatever else it is, the report must not be built for ever.
        catch (Exception e) when (!DatabaseFaults.IsUnavailable(e))
#pragma warning restore CA1031
        {
            var fault = Guid.NewGuid().ToString("n");
            LogFault(log, e, report.Name, fault);
            await FailAsync(report, $"An unexpected fault ended the build. It is in the worker's log under {fault}.", cancel);
            metrics.Finished(ready: false, time.GetElapsedTime(started));
        }
        return true;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await BuildNextAsync(stoppingToken))
                    continue;
                if (time.GetUtcNow() - _lastExpired > ExpireInterval)
                {
                    await reports.ExpireAsync(stoppingToken);
                    _lastExpired = time.GetUtcNow();
                }
                await signal.WaitAsync(time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The database is away, or anything else: the next attempt comes.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogAway(log, e.Message);
                await Task.Delay(RetryInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // The files; null when the report was cancelled meanwhile.
    private async Task<ReportFiles?> BuildWhileRenewingAsync(Report report, CancellationToken cancel)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var progress = new Progress();
        var renewal = RenewAsync(report.Clone(), progress, ends);
        try
        {
            return await BuildAsync(report, progress, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await ends.CancelAsync();
            await renewal.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ReportFiles> BuildAsync(Report report, Progress progress, CancellationToken cancel)
    {
        var unsettled = await catchUpBarrier.WaitAsync(report.KnownAt.ToDateTimeOffset(), cancel);
        report.UnsettledServices.Clear();
        report.UnsettledServices.Add(unsettled);
        progress.Percent = 20;
        report.ConsumedPositions.Clear();
        foreach (var position in await Task.WhenAll(logs.OrderBy(l => l.Service, StringComparer.Ordinal).Select(l =>
            l.PositionAsync(cancel))))
        {
            // Changes that arrive later are not part of the report.
            position.LatestPosition = 0;
            report.ConsumedPositions.Add(position);
        }
        using var language = Wording.In(report.Language);
        (var content, report.Marking) = await contents.BuildAsync(report, percent => progress.Percent = percent, cancel);
        ReportMemory.GiveBack();
        progress.Percent = 70;
        var workbook = ProgressReportWorkbook.Write(content, cancel);
        progress.Percent = 90;
        var files = new ReportFiles(workbook, BriefDocument.Write(content, await reports.FindTemplateAsync(report, cancel)));
        report.UntranslatedWords.Clear();
        report.UntranslatedWords.Add(Wording.Now.Missing);
        if (report.UntranslatedWords.Count > 0)
            LogUntranslated(log, report.Name, report.UntranslatedWords.Count, report.Language, report.UntranslatedWords[0]);
        return files;
    }

    // The trace of a call that made a change ends with the reports that used it, and the trace of a report leads to those calls.
    private async Task TraceAsync(Activity activity, Report report, CancellationToken cancel)
    {
        foreach (var call in await contents.TraceParentsAsync(report, MaxTracedChanges, cancel))
        {
            if (ActivityContext.TryParse(call, null, isRemote: true, out var context))
                activity.AddLink(new ActivityLink(context));
            using var use = Tracing.Continue("use change in report", call, [new ActivityLink(activity.Context)]);
            use?.SetTag("platform.report", report.Name);
        }
    }

    private async Task FailAsync(Report report, string failure, CancellationToken cancel)
    {
        (report.State, report.Failure) = (ReportState.Failed, failure);
        await reports.FinishAsync(report, null, cancel);
    }

    // Renews the lease and stores the progress; cancels the build when the report was cancelled.
    private async Task RenewAsync(Report report, Progress progress, CancellationTokenSource ends)
    {
        var last = time.GetTimestamp();
        while (!ends.IsCancellationRequested)
        {
            if (report.State != ReportState.Building || report.Percent != progress.Percent || time.GetElapsedTime(last) > RenewInterval)
            {
                (report.State, report.Percent) = (ReportState.Building, progress.Percent);
                last = time.GetTimestamp();
                if (!await reports.RenewAsync(report, Lease, CancellationToken.None))
                    await ends.CancelAsync();
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Read while the build goes on.
    private sealed class Progress
    {
        private volatile int _percent;

        public int Percent
        {
            get => _percent;
            set => _percent = value;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Report} could not be built. Fault {Fault}.")]
    private static partial void LogFault(ILogger logger, Exception exception, string report, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} words of {Report} have no translation into {Language} and stay English, "
        + "for example \"{Example}\". GetReport lists them.")]
    private static partial void LogUntranslated(ILogger logger, string report, int count, string language, string example);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No report can be built at the moment. {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}

/// <summary>
/// Wakes the builder when this process receives a request for a report; requests to other processes are found by polling.
/// </summary>
internal sealed class ReportSignal : IDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _queued = new(0);

    /// <summary>Signals that a report waits.</summary>
    public void Set() => _queued.Release();

    /// <summary>Waits for a signal, or until the polling interval is over.</summary>
    public async Task WaitAsync(TimeProvider time, CancellationToken cancel)
    {
        using var look = new CancellationTokenSource(LookInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(look.Token, cancel);
        await _queued.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => _queued.Dispose();
}
