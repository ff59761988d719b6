namespace Platform.Membership.Rules;

/// <summary>What must hold of an accession to an instrument.</summary>
internal static class AccessionRules
{
    public static void Check(this Accession accession, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", accession.Name, "participants/*/accessions/*");
        violations.OptionalDate($"{field}.effective_date", accession.EffectiveDate);
        if (!ResourceNames.IsId(accession.Instrument))
        {
            violations.Add($"{field}.instrument", "Must be lower-case letters, digits and hyphens, for example smuggling-protocol.");
        }
        violations.Text($"{field}.instrument_title", accession.InstrumentTitle, 300);
        violations.RequiredEnum($"{field}.kind", accession.Kind);
        violations.OptionalDates($"{field}.date", accession.Date);
        violations.Sources($"{field}.sources", accession.Sources);
        violations.Handling($"{field}.handling", accession.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Accession accession, string field) =>
        new ReferencedNames().Documents(field, accession);
}
