using ClosedXML.Excel;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of meetings to come.</summary>
internal static class ForwardProgrammeSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context)
    {
        TableSheet.Write(sheet, context,
        [
            new("Meeting", 34, m => Cell.Of(m.Title)) { Strong = true },
            new("When", 19, m => Cell.Of(m.Days.Text)),
            new("Status", 12, m => Cell.Of(Labels.Of(m.Status), CellStyle.Underway)),
            new("Body", 23, m => Cell.Of(m.Body, "Not stated")),
            new("Place", 17, m => Cell.Of(m.Place, Labels.Unknown)),
            new("Purpose and agenda", 33, m => Cell.Of(m.About, "–")),
            WorkbookContext.Reference<MeetingRow>(14),
            context.Source<MeetingRow>(),
        ], [.. context.Report.Meetings.Where(IsToCome)],
            Wording.Format($"The record holds no meeting planned after {Labels.Of(context.Report.AsOf)}."));

        // A day that has passed is no plan any more: the sheet of meetings says that nobody knows whether it was held.
        bool IsToCome(MeetingRow meeting) =>
            meeting.Status is MeetingStatus.Planned or MeetingStatus.Postponed && !(meeting.Days.Last < context.Report.AsOf);
    }
}
