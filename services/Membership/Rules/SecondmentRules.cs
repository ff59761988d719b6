namespace Platform.Membership.Rules;

/// <summary>What must hold of a secondment.</summary>
internal static class SecondmentRules
{
    public static void Check(this Secondment secondment, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", secondment.Name, "participants/*/secondments/*");
        violations.OptionalDate($"{field}.effective_date", secondment.EffectiveDate);
        violations.ResourceName($"{field}.body", secondment.Body, "bodies/*");
        violations.OptionalDates($"{field}.begin", secondment.Begin);
        violations.OptionalDates($"{field}.end", secondment.End);
        violations.OptionalText($"{field}.summary", secondment.Summary, 1000);
        violations.Sources($"{field}.sources", secondment.Sources);
        violations.Handling($"{field}.handling", secondment.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Secondment secondment, string field) =>
        new ReferencedNames().Add($"{field}.body", secondment.Body)
            .Documents(field, secondment);
}
