using System.Globalization;

namespace ExcelNumberFormat;

/// <summary>
/// A number format as cells of a workbook have it, such as <c>#,##0.00;[Red]-#,##0.00</c>, and what values look like in it.
/// Colours, fills and column widths do not show in text and are left out. Names of months and days come from the culture
/// given, not from a locale named in the format.
/// </summary>
public class NumberFormat
{
    private readonly IReadOnlyList<Section> _sections;

    /// <summary>Reads a format. One that makes no sense is not refused: see <see cref="IsValid"/>.</summary>
    public NumberFormat(string formatString)
    {
        ArgumentNullException.ThrowIfNull(formatString);
        FormatString = formatString;
        IsValid = FormatParser.TryParse(formatString, out _sections);
    }

    /// <summary>Whether the format could be read.</summary>
    public bool IsValid { get; }

    /// <summary>The format as it was given.</summary>
    public string FormatString { get; }

    /// <summary>Whether the format shows dates or times of day.</summary>
    public bool IsDateTimeFormat => _sections.Any(s => s.Kind == SectionKind.Date);

    /// <summary>Whether the format shows elapsed time, such as <c>[h]:mm</c>.</summary>
    public bool IsTimeSpanFormat => _sections.Any(s => s.Kind == SectionKind.Elapsed);

    /// <summary>What a value looks like, with dates counted from 1900.</summary>
    public string Format(object? value, CultureInfo culture) => Format(value, culture, isDate1904: false);

    /// <summary>What a value looks like.</summary>
    /// <param name="value">A number, text, truth value, <see cref="DateTime"/>, <see cref="TimeSpan"/> or null.</param>
    /// <param name="culture">Gives separators and names.</param>
    /// <param name="isDate1904">Whether the workbook counts its dates from 1904.</param>
    public string Format(object? value, CultureInfo culture, bool isDate1904)
    {
        ArgumentNullException.ThrowIfNull(culture);
        return value switch
        {
            null => "",
            bool truth => truth ? "TRUE" : "FALSE",
            string text => FormatText(text),
            DateTime time => FormatNumber(SerialDate.FromDateTime(time, isDate1904), culture, isDate1904),
            TimeSpan span => FormatNumber(span.TotalDays, culture, isDate1904),
            IConvertible number => FormatNumber(number.ToDouble(CultureInfo.InvariantCulture), culture, isDate1904),
            _ => value.ToString() ?? "",
        };
    }

    private string FormatText(string text)
    {
        var section = _sections.Count == 4 ? _sections[3] : _sections.FirstOrDefault(s => s.Kind == SectionKind.Text);
        return section is null ? text : TextRenderer.Render(section, text);
    }

    private string FormatNumber(double number, CultureInfo culture, bool isDate1904)
    {
        var section = SectionFor(number);
        if (section is null || double.IsNaN(number) || double.IsInfinity(number))
            return NumberRenderer.General(number, culture);

        return section.Kind switch
        {
            SectionKind.Date => DateRenderer.Date(section, number, culture, isDate1904),
            SectionKind.Elapsed => DateRenderer.Elapsed(section, number, culture),
            SectionKind.Text => TextRenderer.Render(section, NumberRenderer.General(number, culture)),
            SectionKind.General => (number < 0 && !section.HidesSign ? culture.NumberFormat.NegativeSign : "")
                + TextRenderer.Render(section, NumberRenderer.General(Math.Abs(number), culture)),
            _ => NumberRenderer.Number(section, number, culture),
        };
    }

    private Section? SectionFor(double number)
    {
        var sections = _sections.Take(3).ToList();
        if (sections.Count == 0)
            return null;

        // A lone text section shows numbers too; after others it is for text alone.
        if (sections.Count > 1 && sections[^1].Kind == SectionKind.Text)
            sections.RemoveAt(sections.Count - 1);

        if (sections.Exists(s => s.Condition is not null))
            return sections.Find(s => s.Condition?.Holds(number) == true) ?? sections.Find(s => s.Condition is null);

        return sections.Count switch
        {
            1 => sections[0],
            2 => number < 0 ? sections[1] : sections[0],
            _ => number > 0 ? sections[0] : number < 0 ? sections[1] : sections[2],
        };
    }
}
