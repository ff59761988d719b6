using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Reporting.History;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Tests.Reports;

/// <summary>What is different from the report before: what came about since, and what was recorded or corrected since.</summary>
public sealed class ChangeRowTests
{
    private static readonly DateTimeOffset Later = TestRecord.Recorded.AddDays(30);

    [Fact]
    public void Build_SameReport_TellsNothing() =>
        Assert.Empty(Compare(TestRecord.Small(), "2013-03-05", "2013-03-05"));

    [Fact]
    public void Build_CommitmentThatWasClosedSince_IsClosedWithBothStates()
    {
        var record = TestRecord.Small().Add(Trafficking(c => c.Closure = new Closure
        {
            Reason = ClosureReason.Completed,
            Date = "2013-04-02",
        }), "2013-04-02", ChangeKind.Changed, 2, Later);

        var row = Of(Compare(record, "2013-03-05", "2013-04-02"), "Commitments", "Cooperation on trafficking");

        Assert.Equal((ChangeNature.Closed, ChangeCause.Since), (row.Nature, row.Cause));
        Assert.Contains(new FieldChange("Closure", "Open", "Completed, 2 Apr 2013"), row.Fields);
        Assert.Contains(new FieldChange("Assessed", "Not assessed", "Substantial"), row.Fields);
        Assert.Equal("AHG7 ¶3", row.Reference);
    }

    [Fact]
    public void Build_CorrectionOfWhatHeldAlready_IsRecordedSinceAndNotNew()
    {
        var record = TestRecord.Small();
        record.Versions.Add(record.Versions.Single(v => v.ResourceName == "commitments/trafficking") with
        {
            Version = 2,
            Kind = ChangeKind.Corrected,
            CorrectedVersion = 1,
            RecordTime = Later,
            Record = Trafficking(c => c.Title = "Cooperation against trafficking"),
        });

        var rows = Compare(record, "2013-03-05", "2013-03-05", endorsed: false);
        // The title is its heading, not a detail: what is told of it is the tasking that names it.
        var row = Of(rows, "Taskings", "Trafficking");

        Assert.Equal((ChangeNature.Changed, ChangeCause.Recorded), (row.Nature, row.Cause));
        Assert.Equal(
            [
                new FieldChange("Commitments, no longer", "Cooperation on trafficking", ""),
                new FieldChange("Commitments, added", "", "Cooperation against trafficking"),
            ], row.Fields);
        Assert.Equal(ChangeCause.RecordedAfterEndorsement,
            Of(Compare(record, "2013-03-05", "2013-03-05", endorsed: true), "Taskings", "Trafficking").Cause);
    }

    [Fact]
    public void Build_WhatIsCorrectedAndThenGoesOn_HasARowForEach()
    {
        var record = TestRecord.Small();
        record.Versions.Add(record.Versions.Single(v => v.ResourceName == "commitments/trafficking") with
        {
            Version = 2,
            Kind = ChangeKind.Corrected,
            CorrectedVersion = 1,
            RecordTime = Later,
            Record = Trafficking(c => c.Summary = "Do much more together."),
        });
        record.Add(Trafficking(c =>
        {
            c.Summary = "Do much more together.";
            c.Closure = new Closure { Reason = ClosureReason.Superseded, Date = "2013-04-01" };
        }), "2013-04-01", ChangeKind.Changed, 3, Later);

        var rows = Compare(record, "2013-03-05", "2013-04-01").Where(r => r.Title == "Cooperation on trafficking").ToList();

        Assert.Equal([(ChangeNature.Changed, ChangeCause.Recorded), (ChangeNature.Closed, ChangeCause.Since)],
            rows.Select(r => (r.Nature, r.Cause)));
        Assert.Equal([new FieldChange("Summary", "Do more together.", "Do much more together.")], rows[0].Fields);
    }

    [Fact]
    public void Build_RecommendationMadeSince_IsNewWithWhoMadeItAndWhen()
    {
        var row = Of(Compare(TestRecord.Small(), "2011-10-12", "2013-03-05"), "Recommendations sought", "Root causes");

        Assert.Equal((ChangeNature.New, ChangeCause.Since), (row.Nature, row.Cause));
        Assert.Equal([new FieldChange("Made by", "", "Ad Hoc Group"), new FieldChange("Made on", "", "5 Mar 2013")], row.Fields.Take(2));
    }

    [Fact]
    public void Build_OutcomeRetractedSince_IsNoLongerShown()
    {
        var record = TestRecord.Small();
        var outcome = record.Versions.Single(v => v.ResourceName.EndsWith("para-23-10", StringComparison.Ordinal));
        record.Versions.Add(outcome with { Version = 2, Kind = ChangeKind.Retracted, RecordTime = Later });

        var row = Of(Compare(record, "2013-03-05", "2013-03-05"), "Recommendations sought", "Root causes");

        Assert.Equal((ChangeNature.Gone, ChangeCause.Recorded), (row.Nature, row.Cause));
        Assert.Empty(row.Fields);
    }

    [Fact]
    public void Build_AttendanceList_TellsOnlyWhoCameOrWent()
    {
        var record = TestRecord.Small().Add(TestRecord.Attends("ahg-som-7", "ind", AttendanceCapacity.Observer), "2013-03-05",
            recorded: Later);

        var row = Of(Compare(record, "2013-03-05", "2013-03-05"), "Attendance", "AHG7, 5 Mar 2013");

        Assert.Equal([new FieldChange("Listed, added", "", "India (Observer)")], row.Fields);
    }

    [Fact]
    public void Build_DeadlineThatComesNear_IsTold()
    {
        var row = Of(Compare(TestRecord.Small(), "2012-01-01", "2013-03-05"), "Commitments", "Cooperation on trafficking");

        Assert.Contains(row.Fields, f => f is { Label: "Due", Before: "", After: "2 Apr 2013" });
        Assert.Contains(row.Fields, f => f is { Label: "Timeliness", Before: "No deadline", After: "Due soon" });
    }

    private static ChangeRow Of(IReadOnlyList<ChangeRow> rows, string sheet, string title) =>
        Assert.Single(rows, r => r.Sheet == sheet && r.Title == title);

    // A report of a day as known at first, and one of another as known later.
    private static IReadOnlyList<ChangeRow> Compare(TestRecord record, string earlier, string later, bool endorsed = false)
    {
        var then = new ReportDefinition
        {
            Title = "R",
            BaseMeeting = "meetings/mc-4",
            AsOf = TestRecord.Day(earlier),
            KnownAt = TestRecord.Recorded,
        };
        var said = ComparedReport.Of(Tables(then));
        return ChangeRow.Build(
            new PreviousReport("version 1", endorsed, said, ComparedReport.Of(Tables(then with { KnownAt = Later }), similar: said)),
            Tables(then with { AsOf = TestRecord.Day(later), KnownAt = Later }));

        ReportTables Tables(ReportDefinition definition) =>
            ReportTables.Build(RecordView.At(record.Versions, definition.AsOf, definition.KnownAt, definition.Handling), definition,
                TestContext.Current.CancellationToken);
    }

    private static Commitment Trafficking(Action<Commitment> change)
    {
        var commitment = (Commitment)TestRecord.Small().Versions.Single(v => v.ResourceName == "commitments/trafficking").Record;
        change(commitment);
        return commitment;
    }
}
