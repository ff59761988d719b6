using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.Hosting.Health;

/// <summary>
/// Something that a service cannot serve without, for example its store. Services that it merely
/// asks are none: were one away, those that ask it would go down with it.
/// </summary>
/// <param name="Service">Full name of the service that needs it.</param>
/// <param name="IsReady">True when it is there. Throwing, or taking longer than three seconds, counts as false.</param>
public sealed record ReadinessCheck(string Service, Func<CancellationToken, Task<bool>> IsReady);

/// <summary>Registers what readiness depends on.</summary>
public static class ReadinessRegistration
{
    /// <summary>Makes a service ready only when a check says so.</summary>
    public static IServiceCollection AddReadinessCheck(
        this IServiceCollection services, string service, Func<IServiceProvider, CancellationToken, Task<bool>> isReady) =>
        services.AddSingleton(provider => new ReadinessCheck(service, cancellationToken => isReady(provider, cancellationToken)));
}

/// <summary>
/// Which services can serve now. The checks run at most once a second, however often anybody asks:
/// health needs no token and must not be a way to wear out the store.
/// </summary>
public sealed partial class Readiness : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(3);

    private readonly IReadOnlyList<ReadinessCheck> _checks;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _checking = new(1, 1);
    private State _last = new([], DateTimeOffset.MinValue);

    /// <summary>Made by dependency injection.</summary>
    public Readiness(IEnumerable<ReadinessCheck> checks, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<Readiness> logger)
    {
        _checks = [.. checks];
        _lifetime = lifetime;
        _time = time;
        _logger = logger;
    }

    /// <summary>Cancelled when the process begins to stop.</summary>
    public CancellationToken Stopping => _lifetime.ApplicationStopping;

    /// <summary>True when a service can serve, or for the empty name, when all of them can.</summary>
    public async Task<bool> IsReadyAsync(string service, CancellationToken cancellationToken)
    {
        if (Stopping.IsCancellationRequested)
            return false;
        var unready = (await CurrentAsync(cancellationToken)).Unready;
        return service.Length == 0 ? unready.Count == 0 : !unready.Contains(service);
    }

    /// <inheritdoc/>
    public void Dispose() => _checking.Dispose();

    private async Task<State> CurrentAsync(CancellationToken cancellationToken)
    {
        var last = Volatile.Read(ref _last);
        if (IsFresh(last))
            return last;
        await _checking.WaitAsync(cancellationToken);
        try
        {
            if (IsFresh(_last))
                return _last;
            // Not with the caller's token: others wait for the same answer.
            var answers = await Task.WhenAll(_checks.Select(RunAsync));
            var current = new State([.. _checks.Zip(answers).Where(p => !p.Second).Select(p => p.First.Service)], _time.GetUtcNow());
            Volatile.Write(ref _last, current);
            return current;
        }
        finally
        {
            _checking.Release();
        }
    }

    private async Task<bool> RunAsync(ReadinessCheck check)
    {
        try
        {
            using var timeout = new CancellationTokenSource(LongestCheck, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, Stopping);
            return await check.IsReady(either.Token).WaitAsync(either.Token);
        }
        catch (Exception e)
        {
            if (!Stopping.IsCancellationRequested)
                LogNotReady(e, check.Service);
            return false;
        }
    }

    private bool IsFresh(State state) => _time.GetUtcNow() - state.At < Freshness;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} is not ready")]
    private partial void LogNotReady(Exception e, string service);

    private sealed record State(HashSet<string> Unready, DateTimeOffset At);
}
