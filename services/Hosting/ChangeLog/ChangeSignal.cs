namespace Platform.Hosting.ChangeLog;

/// <summary>
/// Wakes who works on a change log in this process: the numberer when something was written, the feeds and the
/// relay when it has a position. It only saves them time: whoever misses a pulse finds the change when it looks
/// again, as it must for changes that other replicas write.
/// </summary>
internal sealed class ChangeSignal
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>Something was committed.</summary>
    public Signal Written { get; } = new();

    /// <summary>Something has a position.</summary>
    public Signal PositionsAssigned { get; } = new();

    /// <summary>Waits for the pulse taken before looking, but not longer than until it is time to look again.</summary>
    public static Task WaitAsync(Task next, TimeProvider time, CancellationToken cancel) => WaitAsync(next, LookAgain, time, cancel);

    /// <summary>The same with a time of its own.</summary>
    public static async Task WaitAsync(Task next, TimeSpan lookAgain, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await next.WaitAsync(lookAgain, time, cancel);
        }
        catch (TimeoutException)
        {
            // Time to look again.
        }
    }

    /// <summary>One of the two.</summary>
    internal sealed class Signal
    {
        private volatile TaskCompletionSource _next = New();

        /// <summary>What ends at the next pulse. Taken before looking, so that no pulse falls between.</summary>
        public Task Next => _next.Task;

        public void Set() => Interlocked.Exchange(ref _next, New()).TrySetResult();

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>
/// Keeps rounds of work apart: the first after a rest is not held up, those of a busy time take many changes at once.
/// A round costs a transaction whether it takes one change or hundreds.
/// </summary>
internal sealed class RateLimiter(TimeProvider time)
{
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(20);

    private long? _last;

    /// <summary>Returns when the next round may begin.</summary>
    public async Task WaitAsync(CancellationToken cancel)
    {
        if (_last is { } last && MinInterval - time.GetElapsedTime(last) is var rest && rest > TimeSpan.Zero)
            await Task.Delay(rest, time, cancel);
        _last = time.GetTimestamp();
    }
}
