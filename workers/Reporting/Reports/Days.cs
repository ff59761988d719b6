using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Common.V1;
using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>The days that a date of the record allows, and the words in which a document gives it.</summary>
/// <param name="First">The earliest day; null when unknown.</param>
/// <param name="Last">The latest day; null when unknown.</param>
/// <param name="AsWritten">The document's words; empty when the date was not taken from words.</param>
public sealed partial record Days(DateOnly? First, DateOnly? Last, string AsWritten)
{
    /// <summary>No day is known.</summary>
    public static Days Unknown { get; } = new(null, null, string.Empty);

    /// <summary>
    /// Whether the days are an interpretation: the words do not name them, as <c>mid-2013</c> names
    /// none and <c>29-30 March 2011</c> names both.
    /// </summary>
    public bool Interpreted => AsWritten.Length > 0 && !(Names(First) && Names(Last));

    /// <summary>The date as a report writes it: the words where the days are interpreted.</summary>
    public string Text => this switch
    {
        { Interpreted: true } => AsWritten,
        { First: null, Last: null } => AsWritten.Length > 0 ? AsWritten : "date not recorded",
        { First: { } day, Last: null } => Labels.Of(day),
        { First: null, Last: { } day } => Labels.Of(day),
        { First: { } first, Last: { } last } when first == last => Labels.Of(first),
        { First: { } first, Last: { } last } when first.Year == last.Year && first.Month == last.Month =>
            $"{first.Day}–{Labels.Of(last)}",
        { First: { } first, Last: { } last } => $"{Labels.Of(first)} – {Labels.Of(last)}",
    };

    /// <summary>Reads a range of the record.</summary>
    internal static Days Of(DateRange? range) =>
        range is null ? Unknown : new Days(Parse(range.EarliestDate), Parse(range.LatestDate), range.AsWritten.Trim());

    /// <summary>The dates of a meeting: of several documents' the first counts.</summary>
    internal static Days Of(Meeting meeting) => Of(meeting.Dates.FirstOrDefault()?.Dates);

    /// <summary>Reads an ISO 8601 date; null when there is none.</summary>
    internal static DateOnly? Parse(string? date) =>
        DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    private bool Names(DateOnly? day) =>
        day is null || DayNumbers().Matches(AsWritten).Any(m => int.Parse(m.Value, CultureInfo.InvariantCulture) == day.Value.Day);

    // One or two digits on their own: days, and neither years nor parts of them.
    [GeneratedRegex(@"(?<!\d)\d{1,2}(?!\d)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DayNumbers();
}
