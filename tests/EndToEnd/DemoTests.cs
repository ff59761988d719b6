namespace Platform.EndToEnd.Tests;

/// <summary>The numbers here were counted in the five documents by hand.</summary>
public sealed class DemoTests(DemoRun demo)
{
    [Fact]
    public void Demo_Output_IsShortAndEndsWithThePathsOfTheTwoWorkbooks()
    {
        Assert.InRange(demo.Result.Lines.Count, 5, 20);
        Assert.Equal([demo.ToMc5.Path, demo.BriefToMc5, demo.SinceMc5.Path, demo.BriefSinceMc5], demo.Result.Lines.TakeLast(4));
        Assert.Empty(demo.Result.Errors);
    }

    [Fact]
    public void Workbooks_Sheets_StandInTheOrderOfTheReport()
    {
        string[] sheets = ["Cover", "Summary", "Taskings", "Commitments", "Traceability", "Earlier recommendations",
            "Recommendations sought", "Bodies", "Meetings", "Attendance", "Membership", "Contributions", "Attention",
            "Forward programme", "Changes", "Definitions", "Sources"];

        // A text that is too long for its row has a sheet more.
        Assert.Equal(sheets, demo.ToMc5.Sheets.Except(["Long texts"]));
        Assert.Equal(sheets, demo.SinceMc5.Sheets.Except(["Long texts"]));
    }

    // AHG7 ¶3 names five taskings of the Fourth Conference; AHG4 makes four recommendations to Ministers in its last
    // list; AHG7 ¶23 has eleven bullets.
    [Theory, InlineData("Taskings", 5), InlineData("Earlier recommendations", 4), InlineData("Recommendations sought", 11)]
    public void ReportToMc5_RowCounts_AreThoseOfTheDocuments(string sheet, int rows) =>
        Assert.Equal(rows, demo.ToMc5.Tables[sheet].Count);

    // MC5 agrees three times (JCLEC, the working group, the guides) and directs twice (JCLEC, the guides); it answers the
    // eleven bullets of AHG7 ¶23.
    [Theory, InlineData("Taskings", 5), InlineData("Earlier recommendations", 11)]
    public void ReportSinceMc5_RowCounts_AreThoseOfTheDocuments(string sheet, int rows) =>
        Assert.Equal(rows, demo.SinceMc5.Tables[sheet].Count);

    // Counted from the lists: members and organisations in attendance, and observers.
    [Theory]
    [InlineData("AHG4", 14, 5)]
    [InlineData("AHG6", 15, 2)]
    [InlineData("AHG7", 16, 2)]
    public void Attendance_OfEachList_HasAsManyAsTheDocumentNames(string meeting, int attending, int observers)
    {
        var cells = demo.SinceMc5.Tables["Attendance"]
            .Select(row => row.Single(cell => cell.Key.StartsWith(meeting, StringComparison.Ordinal)).Value).ToList();
        if (cells.Count == 0 || !demo.SinceMc5.Tables["Attendance"][0].Keys.Any(k => k.StartsWith(meeting, StringComparison.Ordinal)))
            Assert.Fail($"{meeting} has no column.");

        Assert.Equal(observers, cells.Count(c => c == "Observer"));
        Assert.Equal(attending, cells.Count(c => c == "In attendance"));
    }

    [Fact]
    public void Attendance_OfAhg16_ListsSixteenAndNoObserver()
    {
        var cells = demo.SinceMc5.Tables["Attendance"]
            .Select(row => row.Single(cell => cell.Key.StartsWith("AHG16", StringComparison.Ordinal)).Value).ToList();

        Assert.Equal(16, cells.Count(c => c is not ("Not listed" or "Unknown")));
        Assert.DoesNotContain("Observer", cells);
    }

    [Theory]
    [InlineData("India", "AHG4", "In attendance")]
    [InlineData("India", "AHG7", "Not listed")]
    [InlineData("United States of America", "AHG4", "Observer")]
    [InlineData("United States of America", "AHG6", "Not listed")]
    [InlineData("United States of America", "AHG7", "In attendance")]
    [InlineData("Viet Nam", "AHG7", "In attendance")]
    [InlineData("Philippines", "AHG4", "Observer")]
    [InlineData("United Arab Emirates", "AHG7", "Not listed")]
    [InlineData("Indonesia", "AHG5", "Unknown")]
    [InlineData("Indonesia", "MC4", "Unknown")]
    public void Attendance_OfOneParticipant_IsWhatTheDocumentSays(string participant, string meeting, string cell)
    {
        var row = Assert.Single(demo.ToMc5.Tables["Attendance"], r => r["Participant"] == participant);

        Assert.Equal(cell, row.Single(c => c.Key.StartsWith(meeting, StringComparison.Ordinal)).Value);
    }

    [Fact]
    public void EveryRow_OfEverySheetWithReferences_SaysWhereItStands()
    {
        foreach (var workbook in new[] { demo.ToMc5, demo.SinceMc5 })
        {
            foreach (var sheet in new[] { "Taskings", "Commitments", "Traceability", "Earlier recommendations", "Meetings", "Membership" })
            {
                Assert.All(workbook.Tables[sheet], row => Assert.Matches(@"(AHG4|AHG6|AHG7|MC5|AHG16) \S",
                    row.Single(c => c.Key.Contains("Reference", StringComparison.Ordinal)).Value));
            }
        }
    }
}
