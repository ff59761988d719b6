namespace Platform.Membership.Rules;

/// <summary>What must hold of a participant.</summary>
internal static class ParticipantRules
{
    public static void Check(this Participant participant, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", participant.Name, "participants/*");
        violations.OptionalDate($"{field}.effective_date", participant.EffectiveDate);
        violations.RequiredEnum($"{field}.kind", participant.Kind);
        if (participant.Kind == ParticipantKind.State)
        {
            violations.CountryCode($"{field}.iso_code", participant.IsoCode);
        }
        else if (participant.IsoCode.Length > 0)
        {
            violations.Add($"{field}.iso_code", "Only states have one. Leave it empty.");
        }
        violations.Names($"{field}.names", participant.Names);
        violations.Sources($"{field}.sources", participant.Sources);
        violations.Handling($"{field}.handling", participant.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Participant participant, string field) =>
        new ReferencedNames().Documents(field, participant);

    /// <summary>Names of participants and bodies: at least one official, each with days in order.</summary>
    public static void Names(this FieldViolations violations, string field, IReadOnlyList<DatedName> names)
    {
        violations.Count(field, names, max: 50);
        if (!names.Any(n => n.Kind == NameKind.Official))
            violations.Add(field, "Needs at least one name of kind OFFICIAL.");
        for (var i = 0; i < names.Count; i++)
        {
            violations.Text($"{field}[{i}].text", names[i].Text, 200);
            violations.RequiredEnum($"{field}[{i}].kind", names[i].Kind);
            violations.OptionalDate($"{field}[{i}].valid_from", names[i].ValidFrom);
            violations.OptionalDate($"{field}[{i}].valid_until", names[i].ValidUntil);
            violations.DateOrder($"{field}[{i}].valid_until", names[i].ValidFrom, names[i].ValidUntil);
            violations.Sources($"{field}[{i}].sources", names[i].Sources);
        }
    }
}
