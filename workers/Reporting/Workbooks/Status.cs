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

    // Two questions, each with its own words.
    public static Cell ClosureAndTimeliness(CommitmentStatus status) =>
        Cell.Of($"{status.ClosureText}; {Labels.Of(status.Timeliness).ToLowerInvariant()}", status switch
        {
            { Timeliness: Timeliness.DueSoon or Timeliness.Overdue } => CellStyle.Attention,
            { Closure: ClosureReason.Completed } => CellStyle.Settled,
            { Timeliness: Timeliness.OnTrack } => CellStyle.Underway,
            _ => CellStyle.Plain,
        });

    private static CellStyle StyleOf(ImplementationLevel level) => level switch
    {
        ImplementationLevel.Complete => CellStyle.Settled,
        ImplementationLevel.Limited or ImplementationLevel.Substantial => CellStyle.Underway,
        ImplementationLevel.NotStarted => CellStyle.Plain,
        _ => CellStyle.Silent,
    };
}
