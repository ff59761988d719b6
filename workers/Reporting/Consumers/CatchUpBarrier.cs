using Grpc.Core;
using Platform.Common.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Consumers;

/// <summary>
/// Waits until the history holds everything that was recorded before a report is asked for, so that the same report
/// made again later has the same cells. While a service cannot be asked, a report is built from what was consumed.
/// </summary>
internal sealed partial class CatchUpBarrier(IEnumerable<ConsumerCursor> logs, HistoryStore history, TimeProvider time,
    ILogger<CatchUpBarrier> log)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public Task WaitAsync(CancellationToken cancel) => Task.WhenAll(logs.Select(cursor => WaitAsync(cursor, cancel)));

    private async Task WaitAsync(ConsumerCursor cursor, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        var latest = await AskLatestAsync(cursor, cancel);
        var state = await cursor.ReadAsync(cancel);
        // Where the service cannot be asked, what is known to be missing is still waited for.
        var needed = Math.Max(latest, state.Log.Highest);
        while (true)
        {
            if (state.Waiting is { } waiting && waiting.Position <= needed)
            {
                throw ApiError.RuleViolated(Rule.DeadLetterWaits,
                    $"Change {waiting.Position} of {cursor.Service} could not be taken in; the report would lack "
                    + $"it. See `platform dead-letters`: an operator can send it again or discard it.");
            }
            if (state.Position >= needed)
                return;
            if (time.GetElapsedTime(start) > Timeout)
                throw StillTakingIn(cursor);
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancel);
            state = await cursor.ReadAsync(cancel);
        }
    }

    // 0 when it cannot be asked for.
    private async Task<long> AskLatestAsync(ConsumerCursor cursor, CancellationToken cancel)
    {
        try
        {
            return await cursor.AskLatestAsync(cancel);
        }
        catch (Exception e) when (
            e is ApiException { Reason: not ErrorReason.RuleViolated } or RpcException { StatusCode: not StatusCode.Cancelled })
        {
            LogNotAsked(log, cursor.Service, e.Message);
            return await history.WasLevelAsync([cursor.Service], cancel) ? 0 : throw StillTakingIn(cursor);
        }
    }

    private static ApiException StillTakingIn(ConsumerCursor cursor) => ApiError.Unavailable(
        "reporting worker",
        $"The reporting worker is still taking in the latest changes of {cursor.Service}. Nothing was changed; try again shortly.");

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "A report is built from what was consumed: the end of the change log of {Service} cannot be asked for. {Reason}")]
    private static partial void LogNotAsked(ILogger logger, string service, string reason);
}
