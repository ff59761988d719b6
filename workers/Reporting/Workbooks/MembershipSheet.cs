using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of standing in each body.</summary>
internal static class MembershipSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            new("Participant", 25, m => Cell.Of(m.Participant)) { Strong = true },
            new("Kind", 11, m => Cell.Of(Labels.Of(m.Kind))),
            new("Body", 18, m => Cell.Of(m.Body)),
            new("Standing", 18, Standing),
            new("Date of the step", 12, Date),
            new("Stated on", 10.5, m => Cell.Of(m.StatedOn, "–")),
            new("Decided by", 13, m => Cell.Of(m.DecidedBy, "Not stated")),
            new("Condition", 14, m => Cell.Of(m.Condition, "–")),
            new("Steps before", 18.5, m => Cell.Of(m.EarlierSteps, "None recorded")),
            WorkbookContext.Reference<MembershipRow>(12),
            context.Source<MembershipRow>(),
        ], context.Report.Membership, Wording.Of("The record holds no step of standing."));

    private static Cell Standing(MembershipRow row) => row.Statements == 1
        ? Cell.Of(Labels.Of(row.Step), CellStyle.Underway)
        : Cell.Of(Wording.Format($"{Labels.Of(row.Step)}\n(one of {row.Statements} statements side by side)"),
            CellStyle.Attention);

    private static Cell Date(MembershipRow row) => row.Date switch
    {
        { First: null, Last: null } => Cell.Of(row.Date.AsWritten, Labels.Unknown),
        { IsWithin: true } or { First: null } or { Last: null } => Cell.Of(row.Date.Text),
        { First: { } first, Last: { } last } when first == last => Cell.Of(first, Labels.Unknown),
        _ => Cell.Of(row.Date.Text),
    };
}
