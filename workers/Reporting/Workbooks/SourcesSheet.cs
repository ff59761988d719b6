using ClosedXML.Excel;
using Platform.Meetings.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of documents cited.</summary>
internal static class SourcesSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            new("Document", 11, s => Cell.Of(s.ShortName == s.Title ? string.Empty : s.ShortName, "–")) { Strong = true },
            new("Title", 40, s => Cell.Of(s.Title, "–")),
            new("Kind", 13, s => Cell.Of(s.Kind == DocumentKind.Other ? s.KindAsWritten : Labels.Of(s.Kind))),
            new("Date", 11, s => Cell.Of(s.Date, "None stated")),
            new("Meeting", 26, s => Cell.Of(s.Meeting, "–")),
            new("Link", 28, s => Cell.Linked(s.Link, "Not known")),
            new("SHA-256 of the copy", 22, s => Cell.Of(s.Sha256, "No copy seen")),
            new("Rows citing it", 9, s => Cell.Of(s.CitingRows)) { Centered = true },
        ], context.Report.Sources, Wording.Of("No row of this report cites a document."));
}
