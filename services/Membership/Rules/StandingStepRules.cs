namespace Platform.Membership.Rules;

/// <summary>What must hold of a step of standing, and what standing follows from steps.</summary>
internal static class StandingStepRules
{
    public static void Check(this StandingStep step, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", step.Name, "participants/*/standingSteps/*");
        violations.OptionalDate($"{field}.effective_date", step.EffectiveDate);
        violations.ResourceName($"{field}.body", step.Body, "bodies/*");
        violations.RequiredEnum($"{field}.kind", step.Kind);
        violations.DefinedEnum($"{field}.ends", step.Ends);
        if (step.Ends != StandingStepKind.Unspecified
            && step.Kind is not (StandingStepKind.Suspended or StandingStepKind.Withdrawn or StandingStepKind.Ended))
        {
            violations.Add($"{field}.ends", "Must be left out unless the step is SUSPENDED, WITHDRAWN or ENDED.");
        }
        violations.OptionalResourceName($"{field}.deciding_body", step.DecidingBody, "bodies/*");
        violations.OptionalDates($"{field}.date", step.Date);
        violations.OptionalText($"{field}.condition", step.Condition, 500);
        violations.Sources($"{field}.sources", step.Sources);
        violations.Handling($"{field}.handling", step.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this StandingStep step, string field) =>
        new ReferencedNames().Add($"{field}.body", step.Body).Add($"{field}.deciding_body", step.DecidingBody)
            .Documents(field, step);

    /// <summary>True for a step that makes the participant part of the body.</summary>
    public static bool IsIn(StandingStep step) => step.Kind is StandingStepKind.Member or StandingStepKind.CoChair
        or StandingStepKind.CoManager or StandingStepKind.Lead or StandingStepKind.SteeringGroupMember;

    /// <summary>
    /// The latest steps of each standing: those of the latest day, so that documents of one day that say different things
    /// are all told.
    /// </summary>
    /// <param name="steps">Steps in one body in the order of their days.</param>
    public static IEnumerable<StandingStep> Current(IReadOnlyList<StandingStep> steps) =>
        steps.GroupBy(s => s.Standing).SelectMany(held => held.Where(s => s.EffectiveDate == held.Last().EffectiveDate));
}
