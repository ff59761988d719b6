namespace Platform.Membership.Rules;

/// <summary>What must hold of a contribution.</summary>
internal static class ContributionRules
{
    public static void Check(this Contribution contribution, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", contribution.Name, "participants/*/contributions/*");
        violations.OptionalDate($"{field}.effective_date", contribution.EffectiveDate);
        violations.ResourceName($"{field}.body", contribution.Body, "bodies/*");
        violations.RequiredEnum($"{field}.kind", contribution.Kind);
        violations.OptionalText($"{field}.amount_as_written", contribution.AmountAsWritten, 200);
        if (!double.IsFinite(contribution.Amount) || contribution.Amount < 0)
            violations.Add($"{field}.amount", "Must be a number, not negative.");
        if (contribution.CurrencyCode.Length > 0
            && (contribution.CurrencyCode.Length != 3 || !contribution.CurrencyCode.All(char.IsAsciiLetterUpper)))
        {
            violations.Add($"{field}.currency_code", "Must be an ISO 4217 code, three upper-case letters, for example AUD.");
        }
        if (contribution.Amount > 0 != contribution.CurrencyCode.Length > 0)
            violations.Add($"{field}.currency_code", "Must be given with an amount, and only with one.");
        violations.OptionalText($"{field}.summary", contribution.Summary, 1000);
        violations.Sources($"{field}.sources", contribution.Sources);
        violations.Handling($"{field}.handling", contribution.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Contribution contribution, string field) =>
        new ReferencedNames().Add($"{field}.body", contribution.Body)
            .Documents(field, contribution);
}
