namespace Platform.Commitments.Rules;

/// <summary>What must hold of a progress update, and who may report.</summary>
internal static class ProgressUpdateRules
{
    public static void Check(this ProgressUpdate update, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", update.Name, "commitments/*/progressUpdates/*");
        violations.OptionalDate($"{field}.effective_date", update.EffectiveDate);
        violations.ResourceName($"{field}.reported_for", update.ReportedFor, "participants/*", "bodies/*");
        violations.Text($"{field}.narrative", update.Narrative, 5000);
        violations.DefinedEnum($"{field}.claimed_level", update.ClaimedLevel);
        violations.Evidence($"{field}.evidence", update.Evidence);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this ProgressUpdate update, string field) =>
        new ReferencedNames().Add($"{field}.reported_for", update.ReportedFor).Evidence($"{field}.evidence", update.Evidence);

    /// <summary>A member-state system reports on what its own participant has undertaken only.</summary>
    public static void CheckReporter(this Commitment commitment, Caller caller)
    {
        if (commitment.Owners.All(o => o.Party != caller.Participant))
        {
            throw ApiError.OtherParticipant(caller.Participant, $"\"{caller.Participant}\" is not among the owners of "
                + $"\"{commitment.Name}\", so its system cannot report on it.");
        }
    }
}
