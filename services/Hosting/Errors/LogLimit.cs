namespace Platform.Hosting.Errors;

/// <summary>Limits a log line to one per interval, where the same may happen at every call.</summary>
/// <param name="interval">How long.</param>
/// <param name="time">The clock.</param>
public sealed class LogLimit(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _last;
    private int _held;

    /// <summary>True when a line may be written now.</summary>
    /// <param name="held">How many were held back since the last.</param>
    public bool MayWrite(out int held)
    {
        lock (_lock)
        {
            if (_last is { } last && time.GetUtcNow() - last < interval)
            {
                held = ++_held;
                return false;
            }
            (held, _held, _last) = (_held, 0, time.GetUtcNow());
            return true;
        }
    }
}
