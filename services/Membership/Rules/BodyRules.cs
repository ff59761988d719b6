namespace Platform.Membership.Rules;

/// <summary>What must hold of a body.</summary>
internal static class BodyRules
{
    public static void Check(this Body body, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", body.Name, "bodies/*");
        violations.OptionalDate($"{field}.effective_date", body.EffectiveDate);
        violations.RequiredEnum($"{field}.kind", body.Kind);
        violations.Names($"{field}.names", body.Names);
        violations.OptionalText($"{field}.mandate", body.Mandate, 2000);
        violations.OptionalText($"{field}.open_to", body.OpenTo, 300);
        violations.KindAsWritten($"{field}.kind_as_written", body.Kind == BodyKind.Other, body.KindAsWritten);
        violations.Sources($"{field}.sources", body.Sources);
        if (body.Constituency is { } constituency)
        {
            violations.ResourceName($"{field}.constituency.body", constituency.Body, ResourcePatterns.Body);
            violations.RequiredEnum($"{field}.constituency.standing", constituency.Standing);
            if (body.Kind != BodyKind.Constituency)
                violations.Add($"{field}.constituency", "Must be left out unless the kind is BODY_KIND_CONSTITUENCY.");
        }
        violations.Handling($"{field}.handling", body.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Body body, string field) =>
        new ReferencedNames().Add($"{field}.constituency.body", body.Constituency?.Body ?? "")
            .Documents(field, body);
}
