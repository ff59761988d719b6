using Platform.Common.V1;

namespace Platform.Meetings.Rules;

/// <summary>What must hold of a link from an outcome.</summary>
internal static class OutcomeLinkRules
{
    private static readonly string[] Targets = ["meetings/*/outcomes/*", "documents/*", "bodies/*", "meetings/*", "participants/*"];

    public static void Check(this OutcomeLink link, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", link.Name, "outcomeLinks/*");
        violations.OptionalDate($"{field}.effective_date", link.EffectiveDate);
        violations.ResourceName($"{field}.outcome", link.Outcome, "meetings/*/outcomes/*");
        violations.RequiredEnum($"{field}.relation", link.Relation);
        violations.ResourceName($"{field}.target", link.Target, Targets);
        if (link.Outcome == link.Target)
            violations.Add($"{field}.target", "Must be another outcome than the one that the link starts from.");
        violations.OptionalText($"{field}.note", link.Note, 1000);
        violations.Sources($"{field}.sources", link.Sources);
        violations.Handling($"{field}.handling", link.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this OutcomeLink link, string field) =>
        new ReferencedNames().Add($"{field}.outcome", link.Outcome).Add($"{field}.target", link.Target)
            .Documents(field, link);

    /// <summary>What an outcome does to an earlier one, it does not do before that one was.</summary>
    public static void CheckOrder(this OutcomeLink link, Outcome outcome, Outcome target)
    {
        if (string.CompareOrdinal(outcome.EffectiveDate, target.EffectiveDate) < 0)
        {
            throw ApiError.RuleViolated(Rule.LinkBackInTime,
                $"\"{link.Outcome}\" of {outcome.EffectiveDate} comes before \"{link.Target}\" of "
                + $"{target.EffectiveDate}, so it cannot do anything to it. Exchange the two, or correct their days.");
        }
    }
}
