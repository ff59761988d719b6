namespace Platform.Hosting.ChangeLog;

/// <summary>
/// Wakes what works on a change log in this process: the position assigner when something was written, the feeds and the
/// relay when changes got positions. It only saves latency: a missed signal is made up for by polling, which is needed
/// anyway for changes that other replicas write.
/// </summary>
internal sealed class ChangeSignal
{
    private static readonly TimeSpan PollingInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Signals that something was committed.</summary>
    public Signal Written { get; } = new();

    /// <summary>Signals that changes got positions.</summary>
    public Signal PositionsAssigned { get; } = new();

    /// <summary>Waits for a signal, but not longer than the polling interval. Take <see cref="Signal.Next"/> before
    /// reading the log.</summary>
    public static Task WaitAsync(Task next, TimeProvider time, CancellationToken cancel) => WaitAsync(next, PollingInterval, time, cancel);

    /// <summary>Waits for a signal, but not longer than the given interval.</summary>
    public static async Task WaitAsync(Task next, TimeSpan interval, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await next.WaitAsync(interval, time, cancel);
        }
        catch (TimeoutException)
        {
            // Time to poll.
        }
    }

    /// <summary>A signal that any number of waiters receive.</summary>
    internal sealed class Signal
    {
        private volatile TaskCompletionSource _next = New();

        /// <summary>Completes at the next signal. Taken before reading, so that no signal is lost in between.</summary>
        public Task Next => _next.Task;

        /// <summary>Signals.</summary>
        public void Set() => Interlocked.Exchange(ref _next, New()).TrySetResult();

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
