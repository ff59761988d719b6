using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Hosting.Health;

/// <summary>
/// Something that a service cannot serve without, for example its store. It is looked at once a second at most, however
/// often anybody asks: health needs no token and must not be a way to wear out the store.
/// </summary>
/// <param name="service">Full name of the service that needs it.</param>
/// <param name="isReady">True when it is there. Throwing, or taking longer than three seconds, counts as false.</param>
/// <param name="lifetime">Tells when the process stops.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told when the answer changes.</param>
internal sealed partial class ReadinessCheck(string service, Func<CancellationToken, Task<bool>> isReady, IHostApplicationLifetime lifetime,
    TimeProvider time, ILogger<ReadinessCheck> log)
    : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _checking = new(1, 1);
    private Answer? _last;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        (await CurrentAsync(cancellationToken)).IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();

    public void Dispose() => _checking.Dispose();

    private async Task<Answer> CurrentAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref _last) is { } last && IsFresh(last))
            return last;
        await _checking.WaitAsync(cancel);
        try
        {
            if (_last is { } latest && IsFresh(latest))
                return latest;
            // Not cancelled by the caller: others wait for the same result.
            var current = new Answer(await RunAsync(_last?.IsReady), time.GetUtcNow());
            Volatile.Write(ref _last, current);
            return current;
        }
        finally
        {
            _checking.Release();
        }
    }

    private async Task<bool> RunAsync(bool? wasReady)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, lifetime.ApplicationStopping);
        Exception? fault = null;
        var ready = false;
        try
        {
            // An answer that comes when the time is over counts as none, whichever was first noticed.
            ready = await isReady(either.Token).WaitAsync(either.Token) && !timeout.IsCancellationRequested;
        }
#pragma warning disable CA1031 // Whatever is wrong: the service is not ready, and the log says why.
        catch (Exception e)
#pragma warning restore CA1031
        {
            fault = e;
        }
        if (ready == wasReady || lifetime.ApplicationStopping.IsCancellationRequested)
            return ready;
        // A process that has just started may be unready for a while, for example until it has caught up; only an exception is a fault.
        if (ready && wasReady is not null)
            LogReady(service);
        else if (!ready && wasReady is null && fault is null)
            LogNotReadyYet(service);
        else if (!ready)
            LogNotReady(fault, service);
        return ready;
    }

    private bool IsFresh(Answer answer) => time.GetUtcNow() - answer.At < Freshness;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} is not ready")]
    private partial void LogNotReady(Exception? e, string service);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Service} is not ready yet")]
    private partial void LogNotReadyYet(string service);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Service} is ready")]
    private partial void LogReady(string service);

    private sealed record Answer(bool IsReady, DateTimeOffset At);
}
