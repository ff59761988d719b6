using System.Globalization;
using ClosedXML.Excel;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of meetings since the base conference and of planned ones.</summary>
internal static class MeetingsSheet
{
    public static void Write(IXLWorksheet sheet, ProgressReport report) =>
        TableSheet.Write(sheet, report,
        [
            new("Meeting", 28, m => Cell.Of(m.Title)) { Strong = true },
            new("Short name", 8, m => Cell.Of(m.ShortName, "–")),
            // A range of which no day is known is shown in its words, never as days.
            new("From", 11, m => Cell.Of(m.Days.IsWithin ? null : m.Days.First, Labels.Unknown)),
            new("To", 11, m => Cell.Of(m.Days.IsWithin ? null : m.Days.Last, Labels.Unknown)),
            new("Dates as written", 14, m => Cell.Of(m.DatesAsWritten, "–")),
            new("Status", 11, m => Status(m, report.AsOf)),
            new("Kind", 13, m => Cell.Of(m.Kind == MeetingKind.Other ? m.KindAsWritten : Labels.Of(m.Kind))),
            new("Body", 16, m => Cell.Of(m.Body, "Not stated")),
            new("Format", 9, m => Cell.Of(Labels.Of(m.Format), m.Format == MeetingFormat.Unspecified ? CellStyle.Silent : CellStyle.Plain)),
            new("Place", 13, m => Cell.Of(m.Place, Labels.Unknown)),
            new("Hosted by", 13, m => Cell.Of(m.Hosts, "Not stated")),
            new("Chaired by", 13, m => Cell.Of(m.Chairs, "Not stated")),
            new("Supported by", 12, m => Cell.Of(m.Funders, "Not stated")),
            new("Number in its series", 15, m => Cell.Of(m.Series, "–")),
            new("Attendance", 10.5, m => m.Listed is { } listed
                ? Cell.Of(ReportContext.Lines([$"{listed.ToString(CultureInfo.InvariantCulture)} listed", m.Counts]))
                : m.Counts.Length > 0 ? Cell.Of(m.Counts) : Cell.Of(Labels.Unknown, CellStyle.Silent)),
            new("Purpose and agenda", 33, m => Cell.Of(m.About, "–")) { Grows = true },
            new("Reference", 17, m => Cell.Of(m.Reference)) { Grows = true },
        ], report.Meetings, $"The record holds no meeting since {report.BaseLabel}.");

    // A day that has passed since a document announced it: no document says whether it was held.
    private static Cell Status(MeetingRow meeting, DateOnly asOf) => meeting.Status switch
    {
        MeetingStatus.Held => Cell.Of(Labels.Of(meeting.Status), CellStyle.Settled),
        MeetingStatus.Planned when meeting.Days.Last < asOf =>
            Cell.Of($"{Labels.Of(meeting.Status)}; not known whether held", CellStyle.Silent),
        MeetingStatus.Planned => Cell.Of(Labels.Of(meeting.Status), CellStyle.Underway),
        _ => Cell.Of(Labels.Of(meeting.Status)),
    };
}
