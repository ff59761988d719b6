using Grpc.Core;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Reporting.History;

namespace Platform.Reporting.Consumers;

/// <summary>
/// Waits until the history holds everything that was recorded before a report is asked for, so that the same report
/// made again later has the same cells. While a service cannot be asked, a report is built from what was consumed.
/// </summary>
internal sealed partial class Consumption(IEnumerable<ServiceLog> logs, HistoryStore history, TimeProvider time, ILogger<Consumption> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public Task CatchUpAsync(CancellationToken cancel) => Task.WhenAll(logs.Select(serviceLog => CatchUpAsync(serviceLog, cancel)));

    private async Task CatchUpAsync(ServiceLog serviceLog, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        var latest = await AskLatestAsync(serviceLog, cancel);
        var state = await serviceLog.LookAsync(cancel);
        // Where the service cannot be asked, what is known to be missing is still waited for.
        var needed = Math.Max(latest, state.Log.Highest);
        while (true)
        {
            if (state.Waiting is { } waiting && waiting.Position <= needed)
                throw Refusal.RuleViolated($"Change {waiting.Position} of {serviceLog.Service} could not be taken in; the report would lack it. See `platform dead-letters`: an operator can send it again or discard it.");
            if (state.Position >= needed)
                return;
            if (time.GetElapsedTime(start) > Patience)
                throw StillTakingIn(serviceLog);
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancel);
            state = await serviceLog.LookAsync(cancel);
        }
    }

    // 0 when it cannot be asked for.
    private async Task<long> AskLatestAsync(ServiceLog serviceLog, CancellationToken cancel)
    {
        try
        {
            return await serviceLog.AskLatestAsync(cancel);
        }
        catch (Exception e) when (e is RefusedException { Reason: not ErrorReason.RuleViolated } or RpcException { StatusCode: not StatusCode.Cancelled })
        {
            LogNotAsked(log, serviceLog.Service, e.Message);
            return await history.WasLevelAsync([serviceLog.Service], cancel) ? 0 : throw StillTakingIn(serviceLog);
        }
    }

    private static RefusedException StillTakingIn(ServiceLog serviceLog) =>
        Refusal.Unavailable($"latest record of {serviceLog.Service}, which the reporting worker is still taking in,");

    [LoggerMessage(Level = LogLevel.Warning, Message = "A report is built from what was consumed: the end of the change log of {Service} cannot be asked for. {Reason}")]
    private static partial void LogNotAsked(ILogger logger, string service, string reason);
}
