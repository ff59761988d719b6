namespace Platform.Hosting.ChangeLog;

/// <summary>
/// Wakes the readers of a change log in this process when something was written. It only saves them time:
/// whoever misses a pulse finds the change when it looks again, as it must for changes that other replicas write.
/// </summary>
internal sealed class ChangeSignal
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    private volatile TaskCompletionSource _next = New();

    public void Pulse() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    /// <summary>What ends at the next pulse. Taken before looking, so that no pulse falls between.</summary>
    public Task Next => _next.Task;

    /// <summary>Waits for the pulse taken before looking, but not longer than until it is time to look again.</summary>
    public static async Task WaitAsync(Task next, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await next.WaitAsync(LookAgain, time, cancel);
        }
        catch (TimeoutException)
        {
            // Time to look again.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
