using Grpc.Core;
using Platform.Common.V1;
using Platform.Reporting.History;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Consumers;

/// <summary>
/// Waits until the history holds everything that was recorded by a report's moment, and has the services record nothing
/// more at or before it, so that the same report made again later has the same cells. While a service cannot be asked, a
/// report is built from what was consumed, and says so.
/// </summary>
internal sealed partial class CatchUpBarrier(IEnumerable<ConsumerCursor> logs, HistoryStore history, TimeProvider time,
    ILogger<CatchUpBarrier> log)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Returns when the history is complete up to a moment.</summary>
    /// <returns>The services that could not be asked.</returns>
    public async Task<IReadOnlyList<string>> WaitAsync(DateTimeOffset knownAt, CancellationToken cancel)
    {
        var settled = await Task.WhenAll(logs.Select(async cursor =>
            (cursor.Service, WasAsked: await WaitAsync(cursor, knownAt, cancel))));
        return [.. settled.Where(s => !s.WasAsked).Select(s => s.Service).Order(StringComparer.Ordinal)];
    }

    private async Task<bool> WaitAsync(ConsumerCursor cursor, DateTimeOffset knownAt, CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        var latest = await SettleAsync(cursor, knownAt, cancel);
        var state = await cursor.ReadAsync(cancel);
        // Where the service cannot be asked, what is known to be missing is still waited for.
        var needed = Math.Max(latest ?? 0, state.Log.Highest);
        while (true)
        {
            if (state.Waiting is { } waiting && waiting.Position <= needed)
            {
                throw ApiError.RuleViolated(Rule.DeadLetterWaits,
                    $"Change {waiting.Position} of {cursor.Service} could not be taken in; the report would lack "
                    + $"it. See `platform dead-letters`: an operator can send it again or discard it.");
            }
            if (state.Position >= needed)
                return latest is not null;
            if (time.GetElapsedTime(start) > Timeout)
                throw StillTakingIn(cursor);
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancel);
            state = await cursor.ReadAsync(cancel);
        }
    }

    // Null when the service cannot be asked.
    private async Task<long?> SettleAsync(ConsumerCursor cursor, DateTimeOffset knownAt, CancellationToken cancel)
    {
        try
        {
            return await cursor.SettleAsync(knownAt, cancel);
        }
        catch (ApiException e) when (e.Reason == ErrorReason.DependencyUnavailable)
        {
            LogNotAsked(log, cursor.Service, e.Message);
            return await history.WasLevelAsync([cursor.Service], cancel) ? null : throw StillTakingIn(cursor);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
        {
            throw StillTakingIn(cursor);
        }
        catch (RpcException e) when (e.StatusCode != StatusCode.Cancelled)
        {
            throw new ReportException($"The service {cursor.Service} does not make its record final up to the report's moment: "
                + $"{e.Status.Detail}");
        }
    }

    private static ApiException StillTakingIn(ConsumerCursor cursor) => ApiError.Unavailable(
        "reporting worker",
        $"The reporting worker is still taking in the latest changes of {cursor.Service}. Nothing was changed; try again shortly.");

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "A report is built from what was consumed: the end of the change log of {Service} cannot be asked for. {Reason}")]
    private static partial void LogNotAsked(ILogger logger, string service, string reason);
}
