using Platform.Hosting.Validation;
using Platform.Reporting.Schedules;
using Platform.Reporting.V1;

namespace Platform.Reporting.Tests.Schedules;

/// <summary>When a schedule is due.</summary>
public sealed class ScheduleTimesTests
{
    // The clocks of Berlin skip from 2 to 3 on 30 March 2025 and go back from 3 to 2 on 26 October.
    [Theory]
    [InlineData("0 6 1 * *", "", "2025-01-01T06:00:00Z", "2025-02-01T06:00:00Z")]
    [InlineData("0 6 1 * *", "Asia/Jakarta", "2025-01-01T06:00:00Z", "2025-01-31T23:00:00Z")]
    [InlineData("0 6 * * *", "Europe/Berlin", "2025-03-29T12:00:00Z", "2025-03-30T04:00:00Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2025-03-29T12:00:00Z", "2025-03-30T01:00:00Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2025-10-25T12:00:00Z", "2025-10-26T00:30:00Z")]
    [InlineData("30 2 * * *", "Europe/Berlin", "2025-10-26T00:30:00Z", "2025-10-27T01:30:00Z")]
    [InlineData("0 0 29 2 *", "", "2025-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    public void Next_OfACalendar_IsTheTimeOfItsZone(string expression, string zone, string after, string expected) =>
        Assert.Equal(Moment(expected), ScheduleTimes.Next(Cron(expression, zone), Moment(after), []));

    [Theory]
    [InlineData(30, "", "", "2025-05-02T06:00:00Z")]
    [InlineData(0, "23:30", "Asia/Jakarta", "2025-06-01T16:30:00Z")]
    [InlineData(63, "02:30", "Europe/Berlin", "2025-03-30T01:30:00Z")]
    public void Next_BeforeAConference_IsSoManyDaysBeforeItsFirst(int days, string time, string zone, string expected)
    {
        var schedule = new Schedule { BeforeConference = new() { Days = days, Time = time, TimeZone = zone } };

        Assert.Equal(Moment(expected), ScheduleTimes.Next(schedule, Moment("2025-01-01T00:00:00Z"),
            [new DateOnly(2025, 6, 1), new DateOnly(2026, 6, 1)]));
    }

    [Fact]
    public void Next_BeforeAConferenceWhoseDayHasPassed_IsThatOfTheNext()
    {
        var schedule = new Schedule { BeforeConference = new() { Days = 30 } };

        Assert.Equal(Moment("2026-05-02T06:00:00Z"), ScheduleTimes.Next(schedule, Moment("2025-05-02T06:00:00Z"),
            [new DateOnly(2025, 6, 1), new DateOnly(2026, 6, 1)]));
        Assert.Null(ScheduleTimes.Next(schedule, Moment("2025-05-02T06:00:00Z"), [new DateOnly(2025, 6, 1)]));
    }

    [Theory]
    [InlineData("0 6 1 * *", "", null)]
    [InlineData("*/15 * * * *", "", null)]
    [InlineData("*/14 * * * *", "", "schedule.cron.expression")]
    [InlineData("* * * * *", "", "schedule.cron.expression")]
    [InlineData("0 0 31 2 *", "", "schedule.cron.expression")]
    [InlineData("61 * * * *", "", "schedule.cron.expression")]
    [InlineData("0 0 6 1 * *", "", "schedule.cron.expression")]
    [InlineData("", "", "schedule.cron.expression")]
    [InlineData("0 6 1 * *", "Mars/Olympus", "schedule.cron.time_zone")]
    public void Check_OfACalendar_NamesWhatIsWrong(string expression, string zone, string? field) =>
        Assert.Equal(field, FieldOf(Cron(expression, zone)));

    [Theory]
    [InlineData(30, "06:00", "Asia/Jakarta", null)]
    [InlineData(-1, "", "", "schedule.before_conference.days")]
    [InlineData(366, "", "", "schedule.before_conference.days")]
    [InlineData(1, "6:00", "", "schedule.before_conference.time")]
    [InlineData(1, "24:00", "", "schedule.before_conference.time")]
    [InlineData(1, "", "Nowhere", "schedule.before_conference.time_zone")]
    public void Check_BeforeAConference_NamesWhatIsWrong(int days, string time, string zone, string? field) =>
        Assert.Equal(field, FieldOf(new Schedule { BeforeConference = new() { Days = days, Time = time, TimeZone = zone } }));

    [Fact]
    public void Check_WithoutTimes_NamesThem() => Assert.Equal("schedule.cron", FieldOf(new Schedule()));

    private static string? FieldOf(Schedule schedule)
    {
        var violations = new FieldViolations();
        ScheduleTimes.Check(schedule, violations);
        try
        {
            violations.ThrowIfAny();
            return null;
        }
        catch (Hosting.Errors.ApiException e)
        {
            return Assert.Single(e.Violations).Field;
        }
    }

    private static Schedule Cron(string expression, string zone) => new() { Cron = new() { Expression = expression, TimeZone = zone } };

    private static DateTimeOffset Moment(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
