using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Health;

/// <summary>
/// What happens between the order to stop and the end of listening: the process says that it is not ready, and goes on serving
/// until those who send it calls have noticed (<see cref="HealthOptions.DrainDelay"/>).
/// </summary>
internal sealed class Drain(IOptions<HealthOptions> options, TimeProvider time) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    /// <summary>Cancelled when the delay is over: streams end now, and their callers find another replica.</summary>
    public CancellationToken Ended => _ended.Token;

    // The host calls it first, when readiness says no already; see StoppingCheck.
    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.Value.DrainDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _ended.CancelAsync();
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _ended.Dispose();
}
