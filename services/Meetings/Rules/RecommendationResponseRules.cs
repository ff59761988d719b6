using Platform.Common.V1;

namespace Platform.Meetings.Rules;

/// <summary>What must hold of the response to a recommendation, proposal or request.</summary>
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
        violations.OptionalText($"{field}.note", response.Note, 1000);
        violations.Sources($"{field}.sources", response.Sources);
        violations.Handling($"{field}.handling", response.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this RecommendationResponse response, string field) =>
        new ReferencedNames()
            .Add($"{field}.responding_meeting", response.RespondingMeeting)
            .Add($"{field}.responding_outcomes", response.RespondingOutcomes)
            .Documents(field, response);

    /// <summary>A recommendation, a proposal or a request is responded to, and not before it was made.</summary>
    public static void CheckAnswered(this RecommendationResponse response, Outcome outcome)
    {
        if (outcome.Kind is not (OutcomeKind.Recommendation or OutcomeKind.Proposal or OutcomeKind.Request))
        {
            throw ApiError.RuleViolated(Rule.ResponseToOther,
                $"\"{outcome.Name}\" is not a recommendation, proposal or request, so it has no response.");
        }

        if (response.EffectiveDate.Length > 0 && string.CompareOrdinal(response.EffectiveDate, outcome.EffectiveDate) < 0)
        {
            throw ApiError.RuleViolated(Rule.ResponseBeforeOutcome,
                $"The response of {response.EffectiveDate} comes before \"{outcome.Name}\" of "
                + $"{outcome.EffectiveDate}. Correct the day of one of the two.");
        }
    }
}
