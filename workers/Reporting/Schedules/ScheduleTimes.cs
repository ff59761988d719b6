using System.Globalization;
using Cronos;

namespace Platform.Reporting.Schedules;

/// <summary>When a schedule is due.</summary>
internal static class ScheduleTimes
{
    /// <summary>The least time between two reports of a schedule.</summary>
    public static readonly TimeSpan MinInterval = TimeSpan.FromMinutes(15);

    private static readonly TimeOnly DefaultTime = new(6, 0);

    // Of a calendar's times so many are looked at for two that are too close.
    private const int Checked = 100;

    /// <summary>The first time after a moment at which a schedule is due; null when none is known.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="after">The moment.</param>
    /// <param name="conferences">First days of the ministerial conferences to come, soonest first.</param>
    public static DateTimeOffset? Next(Schedule schedule, DateTimeOffset after, IReadOnlyList<DateOnly> conferences) =>
        schedule.TimesCase switch
        {
            Schedule.TimesOneofCase.Cron => CronExpression.Parse(schedule.Cron.Expression)
                .GetNextOccurrence(after, ZoneOf(schedule.Cron.TimeZone)!)?.ToUniversalTime(),
            Schedule.TimesOneofCase.BeforeConference => conferences
                .Select(day => Before(schedule.BeforeConference, day)).Where(time => time > after).Select(time => (DateTimeOffset?)time)
                .FirstOrDefault(),
            _ => null,
        };

    /// <summary>The day on which a moment is, where the schedule's clock stands.</summary>
    public static DateOnly DayOf(Schedule schedule, DateTimeOffset moment)
    {
        var zone = schedule.TimesCase == Schedule.TimesOneofCase.Cron ? schedule.Cron.TimeZone : schedule.BeforeConference.TimeZone;
        return DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, ZoneOf(zone)!).DateTime);
    }

    /// <summary>Adds what is wrong with the times of a schedule.</summary>
    public static void Check(Schedule schedule, FieldViolations violations)
    {
        switch (schedule.TimesCase)
        {
            case Schedule.TimesOneofCase.Cron:
                CheckZone("schedule.cron.time_zone", schedule.Cron.TimeZone, violations);
                CheckExpression(schedule.Cron.Expression, violations);
                break;
            case Schedule.TimesOneofCase.BeforeConference:
                CheckZone("schedule.before_conference.time_zone", schedule.BeforeConference.TimeZone, violations);
                if (schedule.BeforeConference.Days is < 0 or > 365)
                    violations.Add("schedule.before_conference.days", "Must be from 0 to 365.");
                if (schedule.BeforeConference.Time.Length > 0 && TimeOf(schedule.BeforeConference.Time) is null)
                    violations.Add("schedule.before_conference.time", "Must be a time of day as HH:MM, for example 06:00.");
                break;
            default:
                violations.Add("schedule.cron", "Is required, or schedule.before_conference: when the reports are due.");
                break;
        }
    }

    private static void CheckExpression(string text, FieldViolations violations)
    {
        const string Field = "schedule.cron.expression";
        if (text.Length > 200 || !CronExpression.TryParse(text, out var expression))
        {
            violations.Add(Field, "Must have five fields as cron has them, minute, hour, day, month and day of week, for example "
                + "\"0 6 1 * *\" for 6 o'clock on the first of each month.");
            return;
        }
        var from = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var times = expression.GetOccurrences(from, from.AddYears(8)).Take(Checked).ToList();
        if (times.Count == 0)
            violations.Add(Field, "Never comes: no year has that day.");
        else if (times.Zip(times.Skip(1)).Any(pair => pair.Second - pair.First < MinInterval))
            violations.Add(Field, $"Reports must be at least {MinInterval.TotalMinutes:0} minutes apart.");
    }

    private static void CheckZone(string field, string name, FieldViolations violations)
    {
        if (ZoneOf(name) is null)
            violations.Add(field, "Is not a time zone that this machine knows. Give its IANA name, for example Asia/Jakarta.");
    }

    private static TimeZoneInfo? ZoneOf(string name) => name.Length == 0 ? TimeZoneInfo.Utc
        : name.Length <= 100 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    private static TimeOnly? TimeOf(string time) =>
        TimeOnly.TryParseExact(time, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var parsed) ? parsed : null;

    // A time that the clocks skip comes an hour later.
    private static DateTimeOffset Before(BeforeConference times, DateOnly conference)
    {
        var zone = ZoneOf(times.TimeZone)!;
        var local = conference.AddDays(-times.Days).ToDateTime(TimeOf(times.Time) ?? DefaultTime);
        if (zone.IsInvalidTime(local))
            local += TimeSpan.FromHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
