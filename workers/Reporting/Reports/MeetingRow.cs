using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>A meeting since the base conference, or one planned.</summary>
public sealed record MeetingRow : ReportRow
{
    /// <summary>Short name used in tables; empty when nobody uses one.</summary>
    public required string ShortName { get; init; }

    /// <summary>Title in full.</summary>
    public required string Title { get; init; }

    /// <summary>What kind of meeting it is.</summary>
    public required MeetingKind Kind { get; init; }

    /// <summary>What it is in words, for a kind that has no other name.</summary>
    public required string KindAsWritten { get; init; }

    /// <summary>How many attended, where documents give numbers.</summary>
    public required string Counts { get; init; }

    /// <summary>Resource names of the bodies that met.</summary>
    public required IReadOnlyList<string> Bodies { get; init; }

    /// <summary>The bodies that met, in words.</summary>
    public required string Body { get; init; }

    /// <summary>When it is or was.</summary>
    public required Days Days { get; init; }

    /// <summary>The dates in the documents' words: with references where documents disagree.</summary>
    public required string DatesAsWritten { get; init; }

    /// <summary>Whether documents give different dates.</summary>
    public required bool DatesDiffer { get; init; }

    /// <summary>Whether it took place.</summary>
    public required MeetingStatus Status { get; init; }

    /// <summary>How people met.</summary>
    public required MeetingFormat Format { get; init; }

    /// <summary>Venue, city and state, as far as known.</summary>
    public required string Place { get; init; }

    /// <summary>Who hosted.</summary>
    public required string Hosts { get; init; }

    /// <summary>Who chaired.</summary>
    public required string Chairs { get; init; }

    /// <summary>Who paid for it or helped others attend.</summary>
    public required string Funders { get; init; }

    /// <summary>Its numbers in numbered series.</summary>
    public required string Series { get; init; }

    /// <summary>How many a document lists as attending; null when no document gives a list.</summary>
    public required int? Listed { get; init; }

    /// <summary>Purposes, agenda and what else the record says of it.</summary>
    public required string About { get; init; }

    internal static IReadOnlyList<MeetingRow> Build(ReportContext context) =>
    [
        .. context.View.Meetings
            .Select(m => (meeting: m, days: Days.Of(m)))
            .Where(m => Belongs(context, m.meeting, m.days))
            .OrderBy(m => m.days.First ?? m.days.Last ?? DateOnly.MaxValue)
            .ThenBy(m => m.days.Last ?? DateOnly.MaxValue)
            .ThenBy(m => m.meeting.Name, StringComparer.Ordinal)
            .Select(m => Of(context, m.meeting, m.days)),
    ];

    // A meeting whose date no document gives is dated by the document that mentions it.
    private static bool Belongs(ReportContext context, Meeting meeting, Days days) =>
        (days.Last ?? days.First ?? context.View.EffectiveDateOf(meeting)) >= context.BaseStart;

    private static MeetingRow Of(ReportContext context, Meeting meeting, Days days)
    {
        var citations = context.NewCitations();
        return new MeetingRow
        {
            Key = meeting.Name,
            Reference = citations.Of(meeting.Sources),
            ShortName = meeting.ShortName,
            Title = meeting.Title,
            Kind = meeting.Kind,
            KindAsWritten = meeting.KindAsWritten,
            Bodies = [.. meeting.Bodies],
            Body = context.Parties(meeting.Bodies),
            Days = days,
            DatesAsWritten = AsWritten(meeting, days, citations),
            DatesDiffer = meeting.StatedDates.Select(d => Days.Of(d.Dates)).DistinctBy(d => (d.First, d.Last)).Count() > 1,
            Status = meeting.Status,
            Format = meeting.Format,
            Place = PlaceOf(context, meeting.Place),
            Hosts = context.Parties(meeting.Hosts),
            Chairs = context.Parties(meeting.Chairs),
            Funders = context.Parties(meeting.Funders),
            Series = ReportContext.Lines(meeting.SeriesOrdinals.Select(s => Wording.Format($"{s.Series}: no. {s.Ordinal}"))),
            Listed = meeting.AttendanceRecord == AttendanceRecord.Listed ? context.View.AttendancesOf(meeting.Name).Count() : null,
            Counts = ReportContext.Lines(meeting.Counts.Select(c => $"{c.Number} {Labels.Of(c.Kind)} ({citations.Of(c.Sources)})")),
            About = ReportContext.Lines(meeting.AgendaItems.Select(a => a.Summary).Append(meeting.Summary).Distinct()),
            Document = citations.First,
            CitedDocuments = citations.Documents,
        };
    }

    private static string AsWritten(Meeting meeting, Days days, Citations citations) =>
        meeting.StatedDates.Count > 1
            ? ReportContext.Lines(meeting.StatedDates.Select(d =>
                $"{(d.Dates is { AsWritten.Length: > 0 } words ? words.AsWritten : Days.Of(d.Dates).Text)} ({citations.Of(d.Sources)})"))
            : days.IsWithin ? Wording.Format($"{days.AsWritten} (no day is known)") : days.AsWritten;

    private static string PlaceOf(ReportContext context, Place? place) =>
        place is null ? string.Empty
        : string.Join(", ", new[] { place.Venue, place.City, context.Country(place.CountryCode) }.Where(p => p.Length > 0).Distinct());
}
