using System.Globalization;
using Platform.Common.V1;
using Platform.Membership.V1;

namespace Platform.Reporting.Reports;

/// <summary>Money, help in kind or a person seconded, of which a document of the period tells.</summary>
public sealed record ContributionRow : ReportRow
{
    /// <summary>Who gives.</summary>
    public required string Participant { get; init; }

    /// <summary>What it is, in words.</summary>
    public required string Kind { get; init; }

    /// <summary>The body that receives it.</summary>
    public required string Body { get; init; }

    /// <summary>The amount in the document's words; empty where it is none or not stated.</summary>
    public required string AmountAsWritten { get; init; }

    /// <summary>The amount as a number with its currency; empty where no number is recorded.</summary>
    public required string Amount { get; init; }

    /// <summary>What it is for.</summary>
    public required string Summary { get; init; }

    /// <summary>When: the days of a secondment, or the day of the document.</summary>
    public required string When { get; init; }

    internal static IReadOnlyList<ContributionRow> Build(ReportContext context) =>
    [
        .. context.View.Contributions
            .Where(c => OfThePeriod(context, context.View.EffectiveDateOf(c)))
            .Select(c => (date: context.View.EffectiveDateOf(c), row: Of(context, c)))
            .Concat(context.View.Secondments
                .Where(s => OfThePeriod(context, Days.Of(s.End).Last ?? context.View.EffectiveDateOf(s)))
                .Select(s => (date: context.View.EffectiveDateOf(s), row: Of(context, s))))
            .OrderBy(r => r.date)
            .ThenBy(r => r.row.Participant, StringComparer.Ordinal)
            .ThenBy(r => r.row.Summary, StringComparer.Ordinal)
            .Select(r => r.row),
    ];

    // What was given before the conference, and had ended by then, is no news to the next one.
    private static bool OfThePeriod(ReportContext context, DateOnly date) => date >= context.BaseStart;

    private static ContributionRow Of(ReportContext context, Contribution contribution) => Of(context, contribution.Name, contribution.Body,
        contribution.Sources, contribution.Summary, Labels.Of(contribution.Kind),
        Labels.Of(context.View.EffectiveDateOf(contribution))) with
    {
        AmountAsWritten = contribution.AmountAsWritten,
        Amount = contribution.Amount > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{contribution.CurrencyCode} {contribution.Amount:#,0.##}").Trim()
            : string.Empty,
    };

    private static ContributionRow Of(ReportContext context, Secondment secondment)
    {
        var (begin, end) = (Days.Of(secondment.Begin).Text, Days.Of(secondment.End).Text);
        var known = secondment.Begin is not null || secondment.End is not null;
        return Of(context, secondment.Name, secondment.Body, secondment.Sources, secondment.Summary, Wording.Of("Secondment"), known
            ? (secondment.Begin is null ? Wording.Of("Begin not stated") : begin) + " – "
                + (secondment.End is null ? Wording.Of("end not stated") : end)
            : Wording.Format($"Stated {Labels.Of(context.View.EffectiveDateOf(secondment))}"));
    }

    private static ContributionRow Of(ReportContext context, string name, string body, IEnumerable<SourceReference> sources,
        string summary, string kind, string when)
    {
        var citations = context.NewCitations();
        return new ContributionRow
        {
            Key = name,
            Reference = citations.Of(sources),
            Participant = context.Party(ResourceNames.Parent(name)),
            Kind = kind,
            Body = context.Party(body),
            AmountAsWritten = string.Empty,
            Amount = string.Empty,
            Summary = summary,
            When = when,
            Document = citations.First,
            CitedDocuments = citations.Documents,
        };
    }
}
