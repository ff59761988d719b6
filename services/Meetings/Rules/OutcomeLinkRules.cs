namespace Platform.Meetings.Rules;

/// <summary>What must hold of a link between outcomes.</summary>
internal static class OutcomeLinkRules
{
    public static void Check(this OutcomeLink link, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", link.Name, "outcomeLinks/*");
        violations.OptionalDate($"{field}.effective_date", link.EffectiveDate);
        violations.ResourceName($"{field}.outcome", link.Outcome, "meetings/*/outcomes/*");
        violations.RequiredEnum($"{field}.relation", link.Relation);
        violations.ResourceName($"{field}.related_outcome", link.RelatedOutcome, "meetings/*/outcomes/*");
        if (link.Outcome == link.RelatedOutcome)
            violations.Add($"{field}.related_outcome", "Must be another outcome than the one that the link starts from.");
        violations.OptionalText($"{field}.note", link.Note, 1000);
        violations.Sources($"{field}.sources", link.Sources);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this OutcomeLink link, string field) =>
        new ReferencedNames().Add($"{field}.outcome", link.Outcome).Add($"{field}.related_outcome", link.RelatedOutcome);
}
