namespace Platform.Membership.Rules;

/// <summary>What must hold of a relation between bodies.</summary>
internal static class BodyRelationRules
{
    public static void Check(this BodyRelation relation, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", relation.Name, "bodies/*/relations/*");
        violations.OptionalDate($"{field}.effective_date", relation.EffectiveDate);
        violations.RequiredEnum($"{field}.kind", relation.Kind);
        violations.ResourceName($"{field}.related_body", relation.RelatedBody, "bodies/*");
        if (relation.RelatedBody == ResourceNames.Parent(relation.Name))
            violations.Add($"{field}.related_body", "Must be another body than the one that acts.");
        violations.Sources($"{field}.sources", relation.Sources);
        violations.Handling($"{field}.handling", relation.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this BodyRelation relation, string field) =>
        new ReferencedNames().Add($"{field}.related_body", relation.RelatedBody)
            .Documents(field, relation);
}
