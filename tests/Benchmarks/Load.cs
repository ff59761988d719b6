using System.Diagnostics;

namespace Platform.Benchmarks;

/// <summary>Calls at the same time, each followed by the next as soon as it is answered.</summary>
internal static class Load
{
    public const int InFlight = 64;

    /// <summary>Keeps <see cref="InFlight"/> calls in flight for some time; returns how many were answered in a second.</summary>
    public static async Task<double> RunAsync(TimeSpan time, Func<Task> call, CancellationToken cancel)
    {
        var answered = 0L;
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)(time.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(async () =>
        {
            var mine = 0L;
            while (Stopwatch.GetTimestamp() < end && !cancel.IsCancellationRequested)
            {
                await call();
                mine++;
            }
            Interlocked.Add(ref answered, mine);
        }, cancel)));
        cancel.ThrowIfCancellationRequested();
        return answered / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
