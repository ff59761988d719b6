using System.Globalization;
using System.Text;

namespace ExcelNumberFormat;

/// <summary>Shows dates, times of day and elapsed time.</summary>
internal static class DateRenderer
{
    public static string Date(Section section, double number, CultureInfo culture, bool isDate1904)
    {
        // What is no date shows as the number it is.
        if (SerialDate.FromSerial(number, isDate1904, Precision(section)) is not { } date)
            return NumberRenderer.General(number, culture);

        var isHalfDay = section.Tokens.Any(t => t.Kind == TokenKind.HalfDay);
        var text = new StringBuilder();
        foreach (var token in section.Tokens)
        {
            text.Append(token.Kind switch
            {
                TokenKind.DatePart => Part(token.Text, date, isHalfDay, culture.DateTimeFormat),
                TokenKind.HalfDay => HalfDay(token.Text, date.Time.Hours < 12, culture.DateTimeFormat),
                TokenKind.Subsecond => Subsecond(token.Text, date.Time, culture),
                _ => Separator(token, culture),
            });
        }

        return text.ToString();
    }

    public static string Elapsed(Section section, double number, CultureInfo culture)
    {
        var time = new TimeSpan(SerialDate.Round(Math.Abs(number), Precision(section)));
        var text = new StringBuilder(number < 0 && !section.HidesSign ? culture.NumberFormat.NegativeSign : "");
        foreach (var token in section.Tokens)
        {
            text.Append(token.Kind switch
            {
                TokenKind.Elapsed => Pad(Whole(token.Text[0], time), token.Text),
                TokenKind.DatePart => token.Text[0] switch
                {
                    'h' => Pad(time.Hours, token.Text),
                    'n' => Pad(time.Minutes, token.Text),
                    's' => Pad(time.Seconds, token.Text),
                    'd' => Pad(time.Days, token.Text),
                    _ => "",
                },
                TokenKind.HalfDay => HalfDay(token.Text, time.Hours < 12, culture.DateTimeFormat),
                TokenKind.Subsecond => Subsecond(token.Text, time, culture),
                _ => Separator(token, culture),
            });
        }

        return text.ToString();
    }

    private static long Whole(char unit, TimeSpan time) => unit switch
    {
        'h' => time.Ticks / TimeSpan.TicksPerHour,
        'm' => time.Ticks / TimeSpan.TicksPerMinute,
        _ => time.Ticks / TimeSpan.TicksPerSecond,
    };

    private static string Part(string part, SerialDate date, bool isHalfDay, DateTimeFormatInfo names) => part switch
    {
        "y" or "yy" => (date.Year % 100).ToString("00", CultureInfo.InvariantCulture),
        ['y', ..] => date.Year.ToString("0000", CultureInfo.InvariantCulture),
        "m" or "mm" => Pad(date.Month, part),
        "mmm" => names.GetAbbreviatedMonthName(date.Month),
        "mmmmm" => names.GetMonthName(date.Month)[..1],
        ['m', ..] => names.GetMonthName(date.Month),
        "d" or "dd" => Pad(date.Day, part),
        "ddd" => names.GetAbbreviatedDayName(date.DayOfWeek),
        ['d', ..] => names.GetDayName(date.DayOfWeek),
        ['h', ..] => Pad(isHalfDay ? (date.Time.Hours + 11) % 12 + 1 : date.Time.Hours, part),
        ['n', ..] => Pad(date.Time.Minutes, part),
        _ => Pad(date.Time.Seconds, part),
    };

    private static string Pad(long number, string pattern)
        => number.ToString(CultureInfo.InvariantCulture).PadLeft(pattern.Length, '0');

    private static string HalfDay(string token, bool isMorning, DateTimeFormatInfo names)
        => token.Equals("A/P", StringComparison.OrdinalIgnoreCase) ? (isMorning ? "A" : "P")
            : isMorning ? NameOr(names.AMDesignator, "AM")
            : NameOr(names.PMDesignator, "PM");

    private static string NameOr(string name, string otherwise) => name.Length > 0 ? name : otherwise;

    private static string Subsecond(string token, TimeSpan time, CultureInfo culture)
    {
        var digits = (time.Ticks % TimeSpan.TicksPerSecond).ToString("0000000", CultureInfo.InvariantCulture);
        return culture.NumberFormat.NumberDecimalSeparator + digits.PadRight(token.Length, '0')[..(token.Length - 1)];
    }

    private static string Separator(Token token, CultureInfo culture) => token.Kind switch
    {
        TokenKind.Slash => culture.DateTimeFormat.DateSeparator,
        TokenKind.Colon => culture.DateTimeFormat.TimeSeparator,
        _ => token.Text,
    };

    /// <summary>The smallest unit the section shows below a second, or the second.</summary>
    private static long Precision(Section section)
    {
        var zeros = section.Tokens.Where(t => t.Kind == TokenKind.Subsecond).Select(t => t.Text.Length - 1).DefaultIfEmpty(0).Max();
        var precision = TimeSpan.TicksPerSecond;
        for (var i = 0; i < Math.Min(zeros, 3); i++)
            precision /= 10;
        return precision;
    }
}
