using Platform.Commitments.V1;
using Platform.Common.V1;
using Platform.Meetings.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>Writes the references of one row and remembers which documents the row cites.</summary>
internal sealed class Citations(RecordView view)
{
    private readonly SortedSet<string> _documents = new(StringComparer.Ordinal);

    // As a row keeps them, one or none mostly.
    public IReadOnlyCollection<string> Documents => _documents.ToArray();

    /// <summary>The document that was cited first; empty while none is.</summary>
    public string First { get; private set; } = string.Empty;

    public string Of(string document, string paragraph)
    {
        if (document.Length == 0)
            return paragraph;
        if (_documents.Count == 0)
            First = document;
        _documents.Add(document);
        return $"{ShortNameOf(document)} {paragraph}".TrimEnd();
    }

    public string Of(Outcome outcome) =>
        outcome.Locator is null ? outcome.Title : Of(outcome.Locator.Document, outcome.Locator.Paragraph);

    /// <summary>Several places: of one document after another the name is written once.</summary>
    public string Of(IEnumerable<SourceReference> sources)
    {
        var places = new List<string>();
        foreach (var document in sources.Where(s => s.Document.Length > 0 || s.Paragraph.Length > 0)
            .GroupBy(s => s.Document, StringComparer.Ordinal))
        {
            var paragraphs = document.Select(s => s.Paragraph).Distinct().ToList();
            places.Add(Of(document.Key, paragraphs[0]));
            places.AddRange(paragraphs.Skip(1));
        }
        return string.Join("; ", places);
    }

    public string Of(IEnumerable<Evidence> evidence) =>
        string.Join("; ", evidence.Select(Of).Where(s => s.Length > 0).Distinct());

    private string Of(Evidence evidence) => evidence.KindCase switch
    {
        Evidence.KindOneofCase.Outcome => view.Find<Outcome>(evidence.Outcome) is { } outcome ? Of(outcome) : string.Empty,
        Evidence.KindOneofCase.Meeting => view.Find<Meeting>(evidence.Meeting) is { } meeting ? MeetingWithSource(meeting) : string.Empty,
        Evidence.KindOneofCase.Document => Of(evidence.Document.Document, evidence.Document.Paragraph),
        Evidence.KindOneofCase.Link => evidence.Link,
        _ => string.Empty,
    };

    // A meeting shows that something happened; the paragraph that tells of it is the reference.
    private string MeetingWithSource(Meeting meeting)
    {
        var source = meeting.Sources.FirstOrDefault() is { } first ? Of(first.Document, first.Paragraph) : string.Empty;
        return source.Length > 0 ? source : ReportContext.MeetingLabel(meeting);
    }

    private string ShortNameOf(string document) => ShortNameOf(view, document);

    /// <summary>What a document is called in a reference: its short name, or its title where it has none.</summary>
    public static string ShortNameOf(RecordView view, string document) =>
        view.FindDocument(document) switch
        {
            { ShortName.Length: > 0 } known => known.ShortName,
            { Title.Length: > 0 } known => known.Title,
            _ => ResourceNames.Id(document),
        };
}
