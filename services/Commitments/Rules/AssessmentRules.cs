namespace Platform.Commitments.Rules;

/// <summary>What must hold of an assessment.</summary>
internal static class AssessmentRules
{
    public static void Check(this Assessment assessment, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", assessment.Name, "commitments/*/assessments/*");
        violations.OptionalDate($"{field}.effective_date", assessment.EffectiveDate);
        violations.RequiredEnum($"{field}.level", assessment.Level);
        violations.Text($"{field}.reason", assessment.Reason, 2000);
        violations.Evidence($"{field}.evidence", assessment.Evidence);
        violations.OptionalResourceName($"{field}.assessed_for", assessment.AssessedFor, ResourcePatterns.Party);
        violations.Handling($"{field}.handling", assessment.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Assessment assessment, string field) =>
        new ReferencedNames().Add($"{field}.assessed_for", assessment.AssessedFor).Evidence($"{field}.evidence", assessment.Evidence)
            .Documents(field, assessment);
}
