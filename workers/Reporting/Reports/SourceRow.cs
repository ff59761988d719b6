using Platform.Meetings.V1;

namespace Platform.Reporting.Reports;

/// <summary>A document of the record by the day of the report, cited in it or not, or a later one that it cites.</summary>
public sealed record SourceRow
{
    /// <summary>Resource name of the document.</summary>
    public required string Document { get; init; }

    /// <summary>What references call it: its short name, or its title where it has none.</summary>
    public required string ShortName { get; init; }

    /// <summary>Title.</summary>
    public required string Title { get; init; }

    /// <summary>What kind of document it is.</summary>
    public required DocumentKind Kind { get; init; }

    /// <summary>What it is in words, where its kind is none of the others.</summary>
    public required string KindAsWritten { get; init; }

    /// <summary>Its own date; null where it states none.</summary>
    public required DateOnly? Date { get; init; }

    /// <summary>The meeting it belongs to, in words.</summary>
    public required string Meeting { get; init; }

    /// <summary>Where it is published; empty when not known.</summary>
    public required string Link { get; init; }

    /// <summary>SHA-256 of the copy that references count in; empty when no copy has been seen.</summary>
    public required string Sha256 { get; init; }

    /// <summary>How many rows of the report cite it.</summary>
    public required int CitingRows { get; init; }

    internal static IReadOnlyList<SourceRow> Build(ReportContext context, IEnumerable<ReportRow> rows)
    {
        var citingRows = rows.SelectMany(r => r.CitedDocuments).CountBy(d => d, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        return
        [
            .. context.View.Documents.Select(d => d.Name).Union(citingRows.Keys, StringComparer.Ordinal)
                .Select(name => Of(context, name, citingRows.GetValueOrDefault(name)))
                .OrderBy(s => s.Date ?? DateOnly.MaxValue)
                .ThenBy(s => s.ShortName, StringComparer.Ordinal),
        ];
    }

    private static SourceRow Of(ReportContext context, string name, int citingRows)
    {
        var document = context.View.FindDocument(name);
        return new SourceRow
        {
            Document = name,
            ShortName = Citations.ShortNameOf(context.View, name),
            Title = document?.Title ?? string.Empty,
            Kind = document?.Kind ?? DocumentKind.Unspecified,
            KindAsWritten = document?.KindAsWritten ?? string.Empty,
            Date = Days.Parse(document?.Date),
            Meeting = context.View.Find<Meeting>(document?.Meeting)?.Title ?? string.Empty,
            Link = document?.Link ?? string.Empty,
            Sha256 = document?.Sha256 ?? string.Empty,
            CitingRows = citingRows,
        };
    }
}
