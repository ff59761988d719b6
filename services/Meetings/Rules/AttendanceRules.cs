namespace Platform.Meetings.Rules;

/// <summary>What must hold of an attendance.</summary>
internal static class AttendanceRules
{
    public static void Check(this Attendance attendance, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", attendance.Name, "meetings/*/attendances/*");
        violations.OptionalDate($"{field}.effective_date", attendance.EffectiveDate);
        violations.ResourceName($"{field}.party", attendance.Party, ResourcePatterns.Party);
        // A participant or body attends a meeting once: its id is the attendance's id.
        if (ResourceNames.Id(attendance.Name) != ResourceNames.Id(attendance.Party))
        {
            violations.Add($"{field}.name", $"Must end in the id of the participant or body: "
                + $"{ResourceNames.Parent(attendance.Name)}/attendances/{ResourceNames.Id(attendance.Party)}.");
        }
        violations.RequiredEnum($"{field}.capacity", attendance.Capacity);
        violations.DefinedEnum($"{field}.mode", attendance.Mode);
        violations.OptionalText($"{field}.head_of_delegation", attendance.HeadOfDelegation, 200);
        if (attendance.DelegationSize is < 0 or > 10_000)
            violations.Add($"{field}.delegation_size", "Must be between 0, for unknown, and 10,000.");
        violations.OptionalText($"{field}.listed_as", attendance.ListedAs, 200);
        violations.Sources($"{field}.sources", attendance.Sources);
        violations.Handling($"{field}.handling", attendance.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Attendance attendance, string field) =>
        new ReferencedNames().Add($"{field}.party", attendance.Party)
            .Documents(field, attendance);
}
