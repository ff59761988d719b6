using Platform.Reporting.Reports;

namespace Platform.Reporting.Workbooks;

/// <summary>What the sheets of one workbook share while they are written.</summary>
internal sealed class WorkbookContext(ProgressReport report)
{
    private const double SourceWidth = 8;

    private readonly Dictionary<string, int> _sourceRows = report.Sources.Select((source, i) => (source.Document, Row: i + 2))
        .ToDictionary(s => s.Document, s => s.Row, StringComparer.Ordinal);

    /// <summary>The content.</summary>
    public ProgressReport Report { get; } = report;

    /// <summary>The sheet that is being written, by its English name.</summary>
    public string Sheet { get; set; } = "";

    /// <summary>Texts that are too long for their rows.</summary>
    public LongTexts LongTexts { get; } = new();

    /// <summary>The rows of the tables, to be written when the workbook is saved.</summary>
    public List<TableRows> Tables { get; } = [];

    /// <summary>The charts of the summary, to be drawn when the sheets are written.</summary>
    public List<BarChart> Charts { get; } = [];

    /// <summary>The column with which a row says where it stands.</summary>
    public static Column<TRow> Reference<TRow>(double width)
        where TRow : ReportRow => new("Reference", width, row => Cell.Of(row.Reference, "–")) { Strong = true };

    /// <summary>
    /// The last column of a row, which leads to the row of its document on the sheet of sources. It is a column of its own
    /// with one short word, because some programs show no more than the first line of a cell that leads anywhere.
    /// </summary>
    public Column<TRow> Source<TRow>()
        where TRow : ReportRow => new("Source", SourceWidth, row => _sourceRows.TryGetValue(row.Document, out var source)
            ? Cell.Of(NameOf(Report.Sources[source - 2])) with { Place = Cell.PlaceOf(SheetNames.Sources, source) }
            : Cell.Of("–", CellStyle.Silent));

    private static string NameOf(SourceRow source) =>
        TextMeasure.Lines(source.ShortName, SourceWidth, Theme.BodySize) == 1 ? source.ShortName : Wording.Of("Source");
}
