namespace Platform.Hosting.ChangeLog;

/// <summary>
/// Spaces rounds of work: the first after a pause starts at once, those of a busy time take many changes each. A round
/// costs a transaction whether it takes one change or hundreds.
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
