using System.Globalization;
using Platform.Common.V1;
using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>The days that a date of the record allows, and the words in which a document gives it.</summary>
/// <param name="First">The earliest day; null when unknown.</param>
/// <param name="Last">The latest day; null when unknown.</param>
/// <param name="AsWritten">The document's words; empty when the date was not taken from words.</param>
/// <param name="IsWithin">It was some time between the two days: no day of it is known.</param>
public sealed record Days(DateOnly? First, DateOnly? Last, string AsWritten, bool IsWithin)
{
    /// <summary>No day is known.</summary>
    public static Days Unknown { get; } = new(null, null, string.Empty, IsWithin: false);

    /// <summary>The date as a report writes it: never a day where none is known.</summary>
    public string Text => this switch
    {
        { IsWithin: true, AsWritten.Length: > 0 } => AsWritten,
        { IsWithin: true, First: { } first, Last: { } last } => Wording.Format($"between {Labels.Of(first)} and {Labels.Of(last)}"),
        { First: null, Last: null } => AsWritten.Length > 0 ? AsWritten : Wording.Of("date not recorded"),
        { First: { } day, Last: null } => Wording.Format($"from {Labels.Of(day)}"),
        { First: null, Last: { } day } => Wording.Format($"until {Labels.Of(day)}"),
        { First: { } first, Last: { } last } when first == last => Labels.Of(first),
        { First: { } first, Last: { } last } when first.Year == last.Year && first.Month == last.Month =>
            $"{first.Day}–{Labels.Of(last)}",
        { First: { } first, Last: { } last } => $"{Labels.Of(first)} – {Labels.Of(last)}",
    };

    /// <summary>Whether a day lies inside a range of which no day is known: then it cannot be said whether it was by then.</summary>
    public bool MayBe(DateOnly day) => IsWithin && First <= day && day < Last;

    /// <summary>Reads a range of the record.</summary>
    internal static Days Of(DateRange? range) => range is null
        ? Unknown
        : new Days(Parse(range.EarliestDate), Parse(range.LatestDate), range.AsWritten.Trim(), range.Sense == DateSense.Within);

    /// <summary>The dates of a meeting.</summary>
    internal static Days Of(Meeting meeting) => Of(meeting.Dates);

    /// <summary>Reads an ISO 8601 date; null when there is none.</summary>
    internal static DateOnly? Parse(string? date) =>
        DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
