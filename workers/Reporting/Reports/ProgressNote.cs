using Platform.Commitments.V1;
using Platform.Reporting.History;

namespace Platform.Reporting.Reports;

/// <summary>A progress update as a report shows it.</summary>
/// <param name="Date">The day on which the progress was true.</param>
/// <param name="Narrative">What happened.</param>
/// <param name="ReportedFor">On whose behalf it is reported; empty when nobody is named.</param>
/// <param name="Reference">What supports it; empty when no evidence is given.</param>
public sealed record ProgressNote(DateOnly Date, string Narrative, string ReportedFor, string Reference)
{
    internal static List<ProgressNote> Of(ReportContext context, IReadOnlyList<Dated<ProgressUpdate>> updates, Citations citations) =>
        [.. updates.Select(update => new ProgressNote(
            update.EffectiveDate,
            update.Resource.Narrative,
            update.Resource.ReportedFor.Length > 0 ? context.Party(update.Resource.ReportedFor) : string.Empty,
            citations.Of(update.Resource.Evidence)))];
}
