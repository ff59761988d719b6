using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>The sheet of the report's words.</summary>
internal static class DefinitionsSheet
{
    public static void Write(IXLWorksheet sheet, WorkbookContext context) =>
        TableSheet.Write(sheet, context,
        [
            new("Word", 40, d => Cell.Of(Wording.Of(d.Word))) { Strong = true },
            new("About", 20, d => Cell.Of(Wording.Of(d.Subject))),
            new("Meaning", 100, d => Cell.Of(Wording.Of(d.Meaning))),
        ], Definitions.All, Wording.Of("No word is defined."));
}
