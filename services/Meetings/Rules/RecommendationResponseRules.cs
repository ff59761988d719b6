namespace Platform.Meetings.Rules;

/// <summary>What must hold of the response to a recommendation.</summary>
internal static class RecommendationResponseRules
{
    public static void Check(this RecommendationResponse response, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", response.Name, "meetings/*/outcomes/*/responses/*");
        violations.OptionalDate($"{field}.effective_date", response.EffectiveDate);
        violations.RequiredEnum($"{field}.status", response.Status);
        violations.ResourceName($"{field}.responding_meeting", response.RespondingMeeting, "meetings/*");
        violations.Count($"{field}.responding_outcomes", response.RespondingOutcomes);
        for (var i = 0; i < response.RespondingOutcomes.Count; i++)
            violations.ResourceName($"{field}.responding_outcomes[{i}]", response.RespondingOutcomes[i], "meetings/*/outcomes/*");
        if (response.Status == ResponseStatus.NoRecordedResponse && response.RespondingOutcomes.Count > 0)
            violations.Add($"{field}.responding_outcomes", "Must be empty where no response is recorded.");
        violations.OptionalText($"{field}.note", response.Note, 1000);
        violations.Sources($"{field}.sources", response.Sources);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this RecommendationResponse response, string field) =>
        new ReferencedNames()
            .Add($"{field}.responding_meeting", response.RespondingMeeting)
            .Add($"{field}.responding_outcomes", response.RespondingOutcomes);

    /// <summary>Only a recommendation is responded to.</summary>
    public static void CheckRecommendation(Outcome outcome)
    {
        if (outcome.Kind != OutcomeKind.Recommendation)
            throw ApiError.RuleViolated($"\"{outcome.Name}\" is not a recommendation, so it has no response.");
    }
}
