using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The cells of the four axes, alike on every sheet.</summary>
internal static class Status
{
    public static Cell Response(ResponseStatus status) => Cell.Of(Words.Of(status), status switch
    {
        ResponseStatus.Adopted or ResponseStatus.AdoptedWithChanges => Tone.Settled,
        ResponseStatus.Pending or ResponseStatus.Noted => Tone.Underway,
        ResponseStatus.NotAdopted => Tone.Plain,
        _ => Tone.Silent,
    });

    public static Cell SelfReported(ImplementationLevel level) => Cell.Of(Words.SelfReported(level), ToneOf(level));

    public static Cell Assessed(ImplementationLevel level) => Cell.Of(Words.Assessed(level), ToneOf(level));

    public static Cell Closure(CommitmentStatus status) =>
        Cell.Of(status.ClosureText, status.Closure == ClosureReason.Completed ? Tone.Settled : Tone.Plain);

    public static Cell Of(Timeliness timeliness) => Cell.Of(Words.Of(timeliness), timeliness switch
    {
        Timeliness.DoneInTime or Timeliness.DoneLate => Tone.Settled,
        Timeliness.OnTrack => Tone.Underway,
        Timeliness.DueSoon or Timeliness.Overdue => Tone.Attention,
        _ => Tone.Silent,
    });

    private static Tone ToneOf(ImplementationLevel level) => level switch
    {
        ImplementationLevel.Complete => Tone.Settled,
        ImplementationLevel.Limited or ImplementationLevel.Substantial => Tone.Underway,
        ImplementationLevel.NotStarted => Tone.Plain,
        _ => Tone.Silent,
    };
}
