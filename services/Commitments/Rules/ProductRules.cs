namespace Platform.Commitments.Rules;

/// <summary>What must hold of a product.</summary>
internal static class ProductRules
{
    public static void Check(this Product product, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", product.Name, "products/*");
        violations.OptionalDate($"{field}.effective_date", product.EffectiveDate);
        violations.Text($"{field}.title", product.Title, 200);
        violations.RequiredEnum($"{field}.kind", product.Kind);
        violations.KindAsWritten($"{field}.kind_as_written", product.Kind == ProductKind.Other, product.KindAsWritten);
        violations.OptionalText($"{field}.summary", product.Summary, 1000);
        violations.Parties($"{field}.owners", product.Owners);
        violations.Count($"{field}.commitments", product.Commitments);
        for (var i = 0; i < product.Commitments.Count; i++)
            violations.ResourceName($"{field}.commitments[{i}]", product.Commitments[i], "commitments/*");
        violations.Themes($"{field}.themes", product.Themes);
        violations.Sources($"{field}.sources", product.Sources);
        violations.Handling($"{field}.handling", product.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Product product, string field) =>
        new ReferencedNames().Add($"{field}.owners", product.Owners).Add($"{field}.commitments", product.Commitments)
            .Documents(field, product);
}
