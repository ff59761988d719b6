namespace Platform.Meetings.Rules;

/// <summary>What must hold of a document.</summary>
internal static class DocumentRules
{
    public static void Check(this Document document, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", document.Name, "documents/*");
        violations.OptionalDate($"{field}.effective_date", document.EffectiveDate);
        violations.Text($"{field}.title", document.Title, 300);
        violations.OptionalText($"{field}.short_name", document.ShortName, 40);
        violations.RequiredEnum($"{field}.kind", document.Kind);
        violations.KindAsWritten($"{field}.kind_as_written", document.Kind == DocumentKind.Other, document.KindAsWritten);
        violations.OptionalResourceName($"{field}.meeting", document.Meeting, "meetings/*");
        violations.OptionalDate($"{field}.date", document.Date);
        violations.OptionalLink($"{field}.link", document.Link);
        if (document.Sha256.Length > 0)
            violations.Sha256($"{field}.sha256", document.Sha256);
        violations.OptionalText($"{field}.file_name", document.FileName, 255);
        violations.Handling($"{field}.handling", document.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Document document, string field) =>
        new ReferencedNames().Add($"{field}.meeting", document.Meeting).Documents(field, document);
}
