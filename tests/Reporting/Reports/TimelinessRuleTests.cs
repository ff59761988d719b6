using Platform.Commitments.V1;
using Platform.Reporting.Reports;

namespace Platform.Reporting.Tests.Reports;

public sealed class TimelinessRuleTests
{
    [Theory]
    [InlineData(null, null, null, Timeliness.NoDeadline)]
    [InlineData("2013-06-04", null, null, Timeliness.OnTrack)]
    [InlineData("2013-06-03", null, null, Timeliness.DueSoon)]
    [InlineData("2013-03-05", null, null, Timeliness.DueSoon)]
    [InlineData("2013-03-04", null, null, Timeliness.Overdue)]
    [InlineData("2013-03-01", ClosureReason.Completed, "2013-03-01", Timeliness.DoneInTime)]
    [InlineData("2013-03-01", ClosureReason.Completed, "2013-03-02", Timeliness.DoneLate)]
    [InlineData(null, ClosureReason.Completed, "2013-03-02", Timeliness.NoDeadline)]
    [InlineData("2013-03-01", ClosureReason.Superseded, "2013-03-02", Timeliness.NotApplicable)]
    [InlineData(null, ClosureReason.Withdrawn, "2013-03-02", Timeliness.NotApplicable)]
    public void At_5March2013_IsAsTheDomainSays(string? due, ClosureReason? closure, string? closed, Timeliness expected) =>
        Assert.Equal(expected, TimelinessRule.At(Days.Parse(due), closure, Days.Parse(closed), TestRecord.Day("2013-03-05")));

    [Fact]
    public void Status_DeadlineIsAMeeting_FallsDueOnItsLastDay()
    {
        var status = TestRecord.Small().Report("2013-03-05").Commitments.Single().Status;

        Assert.Equal(TestRecord.Day("2013-04-02"), status.Due);
        Assert.Equal(Timeliness.DueSoon, status.Timeliness);
    }
}
