using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>A sheet of the workbook.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tab">The colour of its tab.</param>
/// <param name="About">What it holds, in a line of the contents.</param>
/// <param name="Count">How many rows it has; null where it is no table.</param>
/// <param name="Write">Writes it.</param>
internal sealed record Sheet(
    string Name, XLColor Tab, string About, Func<ProgressReport, int>? Count, Action<IXLWorksheet, WorkbookContext> Write);

/// <summary>The sheets, in their order.</summary>
internal static class Sheets
{
    /// <summary>All of them. A new one is added here.</summary>
    public static IReadOnlyList<Sheet> All { get; } =
    [
        new(SheetNames.Cover, Theme.Navy, "What this report is", null, CoverSheet.Write),
        new(SheetNames.Summary, Theme.Navy, "Figures and charts on one page", null, SummarySheet.Write),
        new(SheetNames.Taskings, Theme.Slate, "Taskings and decisions of the conference, and what was done", r => r.Taskings.Count,
            TaskingsSheet.Write),
        new(SheetNames.Commitments, Theme.Slate, "The register of the commitments followed", r => r.Commitments.Count,
            CommitmentsSheet.Write),
        new(SheetNames.Traceability, Theme.Slate, "From proposal to result, a chain in each row", r => r.Chains.Count,
            TraceabilitySheet.Write),
        new(SheetNames.EarlierRecommendations, Theme.Slate, "Recommendations made to the conference, with the response",
            r => r.EarlierRecommendations.Count, EarlierRecommendationsSheet.Write),
        new(SheetNames.RecommendationsSought, Theme.Slate, "Recommendations made since", r => r.RecommendationsSought.Count,
            RecommendationsSoughtSheet.Write),
        new(SheetNames.Bodies, Theme.Line, "Mandates, chairs and meetings of the bodies", r => r.Bodies.Count, BodiesSheet.Write),
        new(SheetNames.Meetings, Theme.Line, "Meetings since the conference, and planned ones", r => r.Meetings.Count,
            MeetingsSheet.Write),
        new(SheetNames.Attendance, Theme.Line, "Who attended, by meeting", r => r.Attendance.Rows.Count, AttendanceSheet.Write),
        new(SheetNames.Membership, Theme.Line, "Standing in each body, and the steps on the way", r => r.Membership.Count,
            MembershipSheet.Write),
        new(SheetNames.Contributions, Theme.Line, "Money, help in kind and secondments of the period", r => r.Contributions.Count,
            ContributionsSheet.Write),
        new(SheetNames.Attention, Theme.Line, "What to look at before the report is handed over", r => r.Attention.Count,
            AttentionSheet.Write),
        new(SheetNames.ForwardProgramme, Theme.Line, "Meetings to come", null, ForwardProgrammeSheet.Write),
        new(SheetNames.Changes, Theme.Line, "What is different from the report before", r => r.Changes.Count, ChangesSheet.Write),
        new(SheetNames.Definitions, Theme.Line, "The words of this report", null, DefinitionsSheet.Write),
        new(SheetNames.Sources, Theme.Line, "The documents, with the hashes of the copies read", r => r.Sources.Count,
            SourcesSheet.Write),
    ];
}
