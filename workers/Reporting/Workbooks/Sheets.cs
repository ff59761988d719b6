using ClosedXML.Excel;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>A sheet of the workbook after the summary.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tab">The colour of its tab.</param>
/// <param name="Write">Writes it.</param>
internal sealed record Sheet(string Name, XLColor Tab, Action<IXLWorksheet, ProgressReport> Write);

/// <summary>The sheets after the summary, in their order.</summary>
internal static class Sheets
{
    /// <summary>All of them. A new one is added here.</summary>
    public static IReadOnlyList<Sheet> All { get; } =
    [
        new(SheetNames.Taskings, Theme.Slate, TaskingsSheet.Write),
        new(SheetNames.Commitments, Theme.Slate, CommitmentsSheet.Write),
        new(SheetNames.EarlierRecommendations, Theme.Slate, EarlierRecommendationsSheet.Write),
        new(SheetNames.RecommendationsSought, Theme.Slate, RecommendationsSoughtSheet.Write),
        new(SheetNames.Meetings, Theme.Line, MeetingsSheet.Write),
        new(SheetNames.Attendance, Theme.Line, AttendanceSheet.Write),
        new(SheetNames.Membership, Theme.Line, MembershipSheet.Write),
        new(SheetNames.Sources, Theme.Line, SourcesSheet.Write),
    ];
}
