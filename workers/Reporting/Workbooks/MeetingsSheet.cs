using ClosedXML.Excel;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of meetings since the base conference and of planned ones.</summary>
internal static class MeetingsSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            new("Meeting", 25, m => Cell.Of(m.ShortName.Length > 0 ? $"{m.Title} ({m.ShortName})" : m.Title)) { Strong = true },
            // A range of which no day is known is shown in its words, never as days.
            new("From", 10.5, m => Cell.Of(m.Days.IsWithin ? null : m.Days.First, Labels.Unknown)),
            new("To", 10.5, m => Cell.Of(m.Days.IsWithin ? null : m.Days.Last, Labels.Unknown)),
            new("Status", 10.5, m => Status(m, context.Report.AsOf)),
            new("Kind", 13, m => Cell.Of(m.Kind == MeetingKind.Other ? m.KindAsWritten : Labels.Of(m.Kind))),
            new("Body", 14, m => Cell.Of(Lines(m.Body, m.Series), "Not stated")),
            new("Place, host and chair", 21, m => Cell.Of(Place(m), Labels.Unknown)),
            new("Attendance", 11, Attendance),
            new("Purpose and agenda", 24.5, m => Cell.Of(Lines(m.About, DatesAsWritten(m)), "–")),
            WorkbookContext.Reference<MeetingRow>(12),
            context.Source<MeetingRow>(),
        ], context.Report.Meetings, Wording.Format($"The record holds no meeting since {context.Report.BaseLabel}."));

    // A day that has passed since a document announced it: no document says whether it was held.
    private static Cell Status(MeetingRow meeting, DateOnly asOf) => meeting.Status switch
    {
        MeetingStatus.Held => Cell.Of(Labels.Of(meeting.Status), CellStyle.Settled),
        MeetingStatus.Planned when meeting.Days.Last < asOf =>
            Cell.Of(Wording.Format($"{Labels.Of(meeting.Status)}; not known whether held"), CellStyle.Silent),
        MeetingStatus.Planned => Cell.Of(Labels.Of(meeting.Status), CellStyle.Underway),
        _ => Cell.Of(Labels.Of(meeting.Status)),
    };

    private static string Place(MeetingRow meeting) => Lines(
        meeting.Place,
        meeting.Format == MeetingFormat.Unspecified ? string.Empty : Labels.Of(meeting.Format),
        ReportContext.Detail("Host", meeting.Hosts),
        ReportContext.Detail("Chair", meeting.Chairs),
        ReportContext.Detail("Supported by", meeting.Funders));

    // The words are of use where the days of the columns before do not say it all.
    private static string DatesAsWritten(MeetingRow meeting) =>
        meeting.DatesDiffer || meeting.Days.IsWithin || meeting.Days.First is null || meeting.Days.Last is null
            ? ReportContext.Detail("Dates as written", meeting.DatesAsWritten) : string.Empty;

    private static Cell Attendance(MeetingRow meeting) => Cell.Of(
        Lines(meeting.Listed is { } listed ? Wording.Format($"{listed} listed") : string.Empty, meeting.Counts),
        Labels.Unknown);

    private static string Lines(params IEnumerable<string> lines) => ReportContext.Lines(lines);
}
