using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The cells of the four axes, alike on every sheet.</summary>
internal static class Status
{
    public static Cell Response(ResponseStatus status) => Cell.Of(Labels.Of(status), status switch
    {
        ResponseStatus.Adopted or ResponseStatus.AdoptedWithChanges => CellStyle.Settled,
        ResponseStatus.Pending or ResponseStatus.Noted => CellStyle.Underway,
        ResponseStatus.NotAdopted => CellStyle.Plain,
        _ => CellStyle.Silent,
    });

    public static Cell SelfReported(ImplementationLevel level) => Cell.Of(Labels.SelfReported(level), StyleOf(level));

    public static Cell ShownByDocument(ImplementationLevel level) => Cell.Of(Labels.ShownByDocument(level), StyleOf(level));

    public static Cell Assessed(ImplementationLevel level) => Cell.Of(Labels.Assessed(level), StyleOf(level));

    public static Cell Closure(CommitmentStatus status) =>
        Cell.Of(status.ClosureText, status.Closure == ClosureReason.Completed ? CellStyle.Settled : CellStyle.Plain);

    public static Cell Of(Timeliness timeliness) => Cell.Of(Labels.Of(timeliness), timeliness switch
    {
        Timeliness.DoneInTime or Timeliness.DoneLate => CellStyle.Settled,
        Timeliness.OnTrack => CellStyle.Underway,
        Timeliness.DueSoon or Timeliness.Overdue => CellStyle.Attention,
        _ => CellStyle.Silent,
    });

    private static CellStyle StyleOf(ImplementationLevel level) => level switch
    {
        ImplementationLevel.Complete => CellStyle.Settled,
        ImplementationLevel.Limited or ImplementationLevel.Substantial => CellStyle.Underway,
        ImplementationLevel.NotStarted => CellStyle.Plain,
        _ => CellStyle.Silent,
    };
}
