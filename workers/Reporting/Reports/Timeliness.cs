using Platform.Commitments.V1;

namespace Platform.Reporting.Reports;

/// <summary>The fourth axis of a commitment, computed at a day and stored nowhere.</summary>
public enum Timeliness
{
    /// <summary>Nothing says by when.</summary>
    NoDeadline,

    /// <summary>Open, and due in more than 90 days.</summary>
    OnTrack,

    /// <summary>Open, and due within 90 days or today.</summary>
    DueSoon,

    /// <summary>Open after the day on which it was due.</summary>
    Overdue,

    /// <summary>Completed by the day on which it was due.</summary>
    DoneInTime,

    /// <summary>Completed after the day on which it was due.</summary>
    DoneLate,

    /// <summary>Closed otherwise than by completion: nothing is expected any more.</summary>
    NotApplicable,
}

/// <summary>How timeliness follows from a due date and a closure.</summary>
internal static class TimelinessRule
{
    /// <summary>A commitment due within this many days is due soon.</summary>
    public const int DueSoonDays = 90;

    /// <summary>Timeliness at a day.</summary>
    /// <param name="due">The day by which it is due; null when none can be given.</param>
    /// <param name="closure">That and why it is closed; null while it is open.</param>
    /// <param name="closed">The day of closure, where it is known.</param>
    /// <param name="asOf">The day at which to compute.</param>
    public static Timeliness At(DateOnly? due, ClosureReason? closure, DateOnly? closed, DateOnly asOf)
    {
        if (closure is not null && closure != ClosureReason.Completed)
            return Timeliness.NotApplicable;
        if (due is null)
            return Timeliness.NoDeadline;
        if (closure == ClosureReason.Completed)
            return (closed ?? asOf) <= due ? Timeliness.DoneInTime : Timeliness.DoneLate;
        if (asOf > due)
            return Timeliness.Overdue;
        return due.Value.DayNumber - asOf.DayNumber <= DueSoonDays ? Timeliness.DueSoon : Timeliness.OnTrack;
    }
}
