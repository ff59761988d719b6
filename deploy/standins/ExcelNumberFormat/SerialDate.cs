namespace ExcelNumberFormat;

/// <summary>
/// A moment as cells store it: days since the end of 1899, or since 1904. The count from 1900 holds a 29 February 1900,
/// which never was, and a day 0; both have to show.
/// </summary>
internal readonly record struct SerialDate(int Year, int Month, int Day, DayOfWeek DayOfWeek, TimeSpan Time)
{
    private const double LastSerial = 2958466;
    private const int LeapDayThatNeverWas = 60;
    private const int DaysFrom1900To1904 = 1462;
    private static readonly DateTime Origin = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);

    /// <summary>Reads a serial number, to a precision in ticks; null if it is no date.</summary>
    public static SerialDate? FromSerial(double serial, bool isDate1904, long precision)
    {
        if (isDate1904)
            serial += DaysFrom1900To1904;
        if (serial is not (>= 0 and < LastSerial))
            return null;

        var ticks = Round(serial, precision);
        var day = (int)(ticks / TimeSpan.TicksPerDay);
        var time = new TimeSpan(ticks % TimeSpan.TicksPerDay);
        if (day >= LastSerial)
            return null;

        // Days 0 to 60 are Saturday, Sunday, ...: the weekday of a spreadsheet counts on from the wrong leap day.
        var weekday = (DayOfWeek)((day + 6) % 7);
        if (day == 0)
            return new SerialDate(1900, 1, 0, weekday, time);
        if (day == LeapDayThatNeverWas)
            return new SerialDate(1900, 2, 29, weekday, time);

        var date = Origin.AddDays(day < LeapDayThatNeverWas ? day + 1 : day);
        return new SerialDate(date.Year, date.Month, date.Day, weekday, time);
    }

    public static double FromDateTime(DateTime time, bool isDate1904)
    {
        var serial = (time - Origin).TotalDays;
        if (isDate1904)
            return serial - DaysFrom1900To1904;
        return serial < LeapDayThatNeverWas + 1 && time.Year >= 1900 ? serial - 1 : serial;
    }

    /// <summary>A number of days in ticks. A double holds a date to a few microseconds; milliseconds come first.</summary>
    public static long Round(double days, long precision)
    {
        var milliseconds = (long)Math.Round(days * TimeSpan.MillisecondsPerDay, MidpointRounding.AwayFromZero);
        var ticks = milliseconds * TimeSpan.TicksPerMillisecond;
        return (ticks + (precision / 2)) / precision * precision;
    }
}
