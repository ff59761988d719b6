using Platform.Common.V1;

namespace Platform.Commitments.Rules;

/// <summary>What must hold of a progress update, and who may report.</summary>
internal static class ProgressUpdateRules
{
    public static void Check(this ProgressUpdate update, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", update.Name, "commitments/*/progressUpdates/*");
        violations.OptionalDate($"{field}.effective_date", update.EffectiveDate);
        violations.ResourceName($"{field}.reported_for", update.ReportedFor, ResourcePatterns.Party);
        violations.Text($"{field}.narrative", update.Narrative, 5000);
        violations.DefinedEnum($"{field}.level", update.Level);
        violations.Evidence($"{field}.evidence", update.Evidence);
        violations.RequiredEnum($"{field}.source", update.Source);
        if (update.Source == ProgressSource.ShownByDocument && update.Evidence.All(e => e.KindCase == Evidence.KindOneofCase.Link))
        {
            violations.Add($"{field}.evidence", "Must name what shows it, for the source SHOWN_BY_DOCUMENT: an outcome, a meeting "
                + "or a document.");
        }
        violations.Count($"{field}.measurements", update.Measurements);
        for (var i = 0; i < update.Measurements.Count; i++)
            violations.Measurement($"{field}.measurements[{i}]", update.Measurements[i]);
        violations.OptionalResourceName($"{field}.corrects", update.Corrects, "commitments/*/progressUpdates/*");
        violations.Handling($"{field}.handling", update.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this ProgressUpdate update, string field) =>
        new ReferencedNames().Add($"{field}.reported_for", update.ReportedFor).Evidence($"{field}.evidence", update.Evidence)
            .Documents(field, update);

    /// <summary>A party system reports for its own party only, on what that party owns or owes as a member.</summary>
    public static void CheckReporter(this Commitment commitment, Caller caller)
    {
        var concerned = commitment.Owners.SelectMany(o => o.Concerned()).Select(entry => entry.Value);
        if (!concerned.Intersect(CommitmentRules.Concerning(caller.Party)).Any())
        {
            throw ApiError.OtherParty(caller.Party, $"\"{caller.Party}\" is not among the owners of \"{commitment.Name}\", so its system "
                + $"cannot report on it.");
        }
    }

    /// <summary>What a party's system sends is the party's own report.</summary>
    public static void CheckSource(this ProgressUpdate update, Caller caller)
    {
        if (caller.Role == Role.PartySystem && update.Source != ProgressSource.SelfReported)
        {
            throw ApiError.InvalidField("progress_update.source", "Must be PROGRESS_SOURCE_SELF_REPORTED: a party's system reports for "
                + "the party.");
        }
    }

    /// <summary>A report takes the place of one on the same commitment and for the same party.</summary>
    public static void CheckCorrected(this ProgressUpdate update, ProgressUpdate? corrected)
    {
        if (corrected is null)
            throw ApiError.ReferenceNotFound("progress_update.corrects", update.Corrects);
        if (ResourceNames.Parent(update.Name) != ResourceNames.Parent(corrected.Name) || update.ReportedFor != corrected.ReportedFor)
        {
            throw ApiError.RuleViolated(Rule.CorrectedUpdateOfAnother,
                $"\"{update.Name}\" cannot take the place of \"{corrected.Name}\", which is on "
                + $"\"{ResourceNames.Parent(corrected.Name)}\" and for \"{corrected.ReportedFor}\". Correct a report on the same "
                + "commitment, for the same party.");
        }
    }

    private static void Measurement(this FieldViolations violations, string field, Measurement measurement)
    {
        violations.Text($"{field}.indicator", measurement.Indicator, 200);
        violations.OptionalText($"{field}.unit", measurement.Unit, 50);
        if (!double.IsFinite(measurement.Value))
            violations.Add($"{field}.value", "Must be a number.");
        if (!double.IsFinite(measurement.Of) || measurement.Of < 0)
            violations.Add($"{field}.of", "Must be a number, not negative.");
    }
}
