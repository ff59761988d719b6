using System.Globalization;
using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of standing in each body.</summary>
internal static class MembershipSheet
{
    public static void Write(IXLWorksheet sheet, ProgressReport report) =>
        TableSheet.Write(sheet, report,
        [
            new("Participant", 32, m => Cell.Of(m.Participant)) { Strong = true },
            new("Kind", 15, m => Cell.Of(Labels.Of(m.Kind))),
            new("Body", 26, m => Cell.Of(m.Body)),
            new("Standing", 18, m => Cell.Of(Labels.Of(m.Step), CellStyle.Underway)),
            new("Date of the step", 14, Date),
            new("Stated on", 11, m => Cell.Of(m.StatedOn, "–")),
            new("Decided by", 20, m => Cell.Of(m.DecidedBy, "Not stated")),
            new("Condition", 22, m => Cell.Of(m.Condition, "–")) { Grows = true },
            new("Statements side by side", 16, m => m.Statements == 1 ? Cell.Of("–", CellStyle.Silent)
                : Cell.Of($"{m.Statements.ToString(CultureInfo.InvariantCulture)} of that day", CellStyle.Attention)),
            new("Steps before", 36, m => Cell.Of(m.EarlierSteps, "None recorded")) { Grows = true },
            new("Reference", 16, m => Cell.Of(m.Reference)),
        ], report.Membership, "The record holds no step of standing.");

    private static Cell Date(MembershipRow row) => row.Date switch
    {
        { First: null, Last: null } => Cell.Of(row.Date.AsWritten, Labels.Unknown),
        { IsWithin: true } or { First: null } or { Last: null } => Cell.Of(row.Date.Text),
        { First: { } first, Last: { } last } when first == last => Cell.Of(first, Labels.Unknown),
        _ => Cell.Of(row.Date.Text),
    };
}
