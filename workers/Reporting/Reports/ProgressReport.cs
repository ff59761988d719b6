using System.Diagnostics.CodeAnalysis;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>
/// A progress report for Ministers: its content, before it has any form. Built from a view of the
/// record and nothing else, so the same view and definition give the same report.
/// </summary>
public sealed record ProgressReport : ReportTables
{
    /// <summary>Title on the first sheet.</summary>
    public required string Title { get; init; }

    /// <summary>The name of the process; empty where it is not shown.</summary>
    public required string Process { get; init; }

    /// <summary>Who issues it; empty for the word itself.</summary>
    public required string Secretariat { get; init; }

    /// <summary>The paper of its sheets.</summary>
    public required PaperSize Paper { get; init; }

    /// <summary>First clock: the day as of which it reports.</summary>
    public required DateOnly AsOf { get; init; }

    /// <summary>Second clock: the moment as known at which it reports.</summary>
    public required DateTimeOffset KnownAt { get; init; }

    /// <summary>To whom it may be shown, in words.</summary>
    public required string Handling { get; init; }

    /// <summary>Short name or title of the base conference.</summary>
    public required string BaseLabel { get; init; }

    /// <summary>Which version for its conference it is; 0 where it is none.</summary>
    public required int Version { get; init; }

    /// <summary>The report before for the same conference, in words; empty where there is none.</summary>
    public string Previous { get; private init; } = string.Empty;

    /// <summary>What is different from the report before.</summary>
    public IReadOnlyList<ChangeRow> Changes { get; private init; } = [];

    /// <summary>The first page.</summary>
    public required ReportSummary Summary { get; init; }

    [SetsRequiredMembers]
    private ProgressReport(ReportContext context, ReportDefinition definition, ReportTables tables)
        : base(tables)
    {
        (Title, AsOf, KnownAt, Version) = (definition.Title, definition.AsOf, definition.KnownAt, definition.Version);
        (Process, Secretariat, Paper) = (definition.Process, definition.Secretariat, definition.Paper);
        Handling = Labels.Handling(context.View.Marking, definition.Handling);
        BaseLabel = ReportContext.MeetingLabel(context.Base);
        Summary = ReportSummary.Build(context, tables);
    }

    /// <summary>Builds a report from a view of the record at the definition's two clocks.</summary>
    /// <param name="view">The record as of the definition's day and as known at its moment.</param>
    /// <param name="definition">What the report is about.</param>
    /// <param name="cancel">Cancels the build.</param>
    /// <exception cref="ReportException">The view does not hold a conference that the definition names.</exception>
    public static new ProgressReport Build(RecordView view, ReportDefinition definition, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(definition);
        if (view.AsOf != definition.AsOf || view.KnownAt != definition.KnownAt)
            throw new ArgumentException("The view was taken at other clocks than the definition's.", nameof(view));

        var context = new ReportContext(view, definition, cancel);
        return new ProgressReport(context, definition, ReportTables.Build(context));
    }

    /// <summary>The report with what is different from the one before for the same conference.</summary>
    /// <param name="previous">The one before.</param>
    public ProgressReport ComparedWith(PreviousReport previous)
    {
        ArgumentNullException.ThrowIfNull(previous);
        return this with { Previous = previous.Label, Changes = ChangeRow.Build(previous, this) };
    }
}
