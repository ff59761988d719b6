using System.Diagnostics;
using System.Globalization;

namespace Platform.Faults;

/// <summary>A fault in effect, and how it went.</summary>
/// <param name="plan">What the seed planned.</param>
internal sealed class Injected(PlannedFault plan)
{
    public PlannedFault Plan { get; } = plan;

    /// <summary>When it began.</summary>
    public long Start { get; } = Stopwatch.GetTimestamp();

    /// <summary>When it was healed; null while it is in effect.</summary>
    public long? End { get; set; }

    /// <summary>
    /// How long it took until changes flowed again: after the kill of a relay holder or worker, or after the broker was
    /// back. Null for other kinds.
    /// </summary>
    public TimeSpan? Flow { get; set; }

    /// <summary>True when no other fault was in effect from its start until changes flowed again.</summary>
    public bool Undisturbed { get; set; }

    /// <summary>The longest time that a write took which this fault may have held up.</summary>
    public TimeSpan Unavailability { get; set; }
}

/// <summary>What is counted and timed during a run.</summary>
internal sealed class Measures
{
    private static readonly TimeSpan WorthAttributing = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly List<Injected> _faults = [];
    private int _acknowledged;
    private int _retried;
    private int _unknown;
    private int _refused;
    private int _repeated;

    /// <summary>Writes that were answered OK.</summary>
    public int Acknowledged => _acknowledged;

    /// <summary>Writes that were acknowledged at the second attempt or later.</summary>
    public int Retried => _retried;

    /// <summary>Writes that were given up without an answer.</summary>
    public int Unknown => _unknown;

    /// <summary>Writes with a stale etag.</summary>
    public int Refused => _refused;

    /// <summary>Acknowledged writes that were sent again.</summary>
    public int RepeatedWrites => _repeated;

    /// <summary>The longest time from the first attempt at a write to its acknowledgement.</summary>
    public TimeSpan Unavailability { get; private set; }

    /// <summary>Every fault that was injected.</summary>
    public IReadOnlyList<Injected> Faults
    {
        get
        {
            lock (_lock)
                return [.. _faults];
        }
    }

    /// <summary>A write was answered.</summary>
    /// <param name="state">How.</param>
    /// <param name="started">When it was first tried.</param>
    /// <param name="attempts">How often it was tried.</param>
    public void Answered(WriteState state, long started, int attempts)
    {
        if (state != WriteState.Acknowledged)
        {
            Interlocked.Increment(ref _refused);
            return;
        }
        Interlocked.Increment(ref _acknowledged);
        if (attempts > 1)
            Interlocked.Increment(ref _retried);
        var took = Stopwatch.GetElapsedTime(started);
        if (took < WorthAttributing)
            return;
        lock (_lock)
        {
            Unavailability = took > Unavailability ? took : Unavailability;
            foreach (var fault in _faults.Where(f => f.End is null || f.End > started))
                fault.Unavailability = took > fault.Unavailability ? took : fault.Unavailability;
        }
    }

    /// <summary>A write was given up.</summary>
    public void GaveUp() => Interlocked.Increment(ref _unknown);

    /// <summary>An acknowledged write was sent again and answered.</summary>
    public void Repeated() => Interlocked.Increment(ref _repeated);

    /// <summary>A fault begins.</summary>
    public Injected Begin(PlannedFault plan)
    {
        var fault = new Injected(plan);
        lock (_lock)
            _faults.Add(fault);
        return fault;
    }

    /// <summary>A fault is healed.</summary>
    public void End(Injected fault)
    {
        lock (_lock)
            fault.End = Stopwatch.GetTimestamp();
    }

    /// <summary>Changes flow again.</summary>
    public void FlowAgain(Injected fault, TimeSpan after)
    {
        lock (_lock)
        {
            fault.Flow = after;
            fault.Undisturbed = !_faults.Exists(f => f != fault && (f.End is null || f.End > fault.Start));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{fault.Plan.Number,4}  changes flow again after {after.TotalSeconds:0.0} "
                + $"s{(fault.Undisturbed ? "" : ", with other faults in effect")}"));
    }
}
