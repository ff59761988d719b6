using Platform.Common.V1;

namespace Platform.Commitments.Rules;

/// <summary>What must hold of a commitment, and what may be done to it.</summary>
internal static class CommitmentRules
{
    public static void Check(this Commitment commitment, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", commitment.Name, "commitments/*");
        violations.OptionalDate($"{field}.effective_date", commitment.EffectiveDate);
        violations.Text($"{field}.title", commitment.Title, 200);
        violations.Text($"{field}.summary", commitment.Summary, 2000);
        violations.RequiredEnum($"{field}.kind", commitment.Kind);
        violations.Count($"{field}.origins", commitment.Origins);
        if (!commitment.Origins.Any(o => o.Role == OriginRole.Made))
            violations.Add($"{field}.origins", "Needs at least one outcome of role MADE: the one that made the commitment.");
        for (var i = 0; i < commitment.Origins.Count; i++)
        {
            violations.ResourceName($"{field}.origins[{i}].outcome", commitment.Origins[i].Outcome, "meetings/*/outcomes/*");
            violations.RequiredEnum($"{field}.origins[{i}].role", commitment.Origins[i].Role);
            violations.OptionalDate($"{field}.origins[{i}].date", commitment.Origins[i].Date);
        }
        violations.Count($"{field}.owners", commitment.Owners);
        if (!commitment.Owners.Any(o => o.Role == OwnerRole.Lead))
            violations.Add($"{field}.owners", "Needs at least one owner of role LEAD.");
        for (var i = 0; i < commitment.Owners.Count; i++)
        {
            violations.ResourceName($"{field}.owners[{i}].party", commitment.Owners[i].Party, ResourcePatterns.Party);
            violations.RequiredEnum($"{field}.owners[{i}].role", commitment.Owners[i].Role);
            violations.Responsibility($"{field}.owners[{i}].responsibility", commitment.Owners[i]);
        }
        violations.Themes($"{field}.themes", commitment.Themes);
        violations.Count($"{field}.advances", commitment.Advances);
        for (var i = 0; i < commitment.Advances.Count; i++)
            violations.ResourceName($"{field}.advances[{i}]", commitment.Advances[i], "meetings/*/outcomes/*");
        if (commitment.Deadline is { } deadline)
        {
            violations.OptionalText($"{field}.deadline.as_written", deadline.AsWritten, 200);
            violations.OptionalDates($"{field}.deadline.dates", deadline.Dates);
            if (deadline.Dates is { LatestDate: "" })
                violations.Add($"{field}.deadline.dates.latest_date", "Must be the day by which it is due.");
            if (deadline.HasMeeting)
                violations.ResourceName($"{field}.deadline.meeting", deadline.Meeting, "meetings/*");
            if (deadline.NextMeeting is { } next)
            {
                violations.ResourceName($"{field}.deadline.next_meeting.body", next.Body, ResourcePatterns.Body);
                violations.ResourceName($"{field}.deadline.next_meeting.after_meeting", next.AfterMeeting, "meetings/*");
            }
        }
        violations.Texts($"{field}.conditions", commitment.Conditions, 300);
        violations.Handling($"{field}.handling", commitment.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Commitment commitment, string field)
    {
        var references = new ReferencedNames().Add($"{field}.advances", commitment.Advances)
            .Add($"{field}.deadline.meeting", commitment.Deadline?.Meeting ?? "")
            .Add($"{field}.deadline.next_meeting.body", commitment.Deadline?.NextMeeting?.Body ?? "")
            .Add($"{field}.deadline.next_meeting.after_meeting", commitment.Deadline?.NextMeeting?.AfterMeeting ?? "");
        for (var i = 0; i < commitment.Origins.Count; i++)
            references.Add($"{field}.origins[{i}].outcome", commitment.Origins[i].Outcome);
        for (var i = 0; i < commitment.Owners.Count; i++)
            references.Add($"{field}.owners[{i}].party", commitment.Owners[i].Party);
        return references.Documents(field, commitment);
    }

    /// <summary>A commitment is recorded open and closed afterwards, so that the closing has its own entry.</summary>
    public static void CheckOpen(this Commitment commitment, string field)
    {
        if (commitment.Closure is not null)
            throw ApiError.InvalidField($"{field}.closure", "Is set by CloseCommitment only. Leave it out.");
    }

    /// <summary>A closed commitment may be corrected but no longer changes.</summary>
    public static void CheckUpdate(this Commitment commitment, ChangeBasis basis)
    {
        if (commitment.Closure is not null && !basis.IsCorrection)
        {
            throw ApiError.RuleViolated(Rule.CommitmentClosed,
                $"\"{commitment.Name}\" was closed on {commitment.Closure.Date} and no longer changes. "
                + $"Correct the record of it, or reopen it first.");
        }
    }

    /// <summary>Whom an owner's commitment concerns: itself and, where each member owes it, every participant.</summary>
    public static IEnumerable<IndexEntry> Concerned(this Owner owner)
    {
        yield return new IndexEntry(IndexEntry.EveryParticipant.Key, owner.Party);
        if (owner.Responsibility == V1.Responsibility.EachMember)
            yield return IndexEntry.EveryParticipant;
    }

    /// <summary>The values of the filter "concerns".</summary>
    public static IReadOnlyList<string> Concerning(string party) => party switch
    {
        "" => [],
        _ when ResourceNames.Matches(party, ResourcePatterns.Participant) => [party, IndexEntry.EveryParticipant.Value],
        _ => [party],
    };

    public static void CheckClosure(Closure? closure)
    {
        var violations = new FieldViolations();
        if (closure is null)
        {
            violations.Add("closure", "Is required.");
        }
        else
        {
            violations.RequiredEnum("closure.reason", closure.Reason);
            violations.Date("closure.date", closure.Date);
            violations.Text("closure.explanation", closure.Explanation, 2000);
            violations.OptionalResourceName("closure.superseded_by", closure.SupersededBy, "commitments/*");
            if (closure.Reason == ClosureReason.Superseded == (closure.SupersededBy.Length == 0))
            {
                violations.Add("closure.superseded_by", "Must name the commitment that took the place, for the reason SUPERSEDED and for "
                    + "no other.");
            }
        }
        violations.ThrowIfAny();
    }

    /// <summary>Closes an open commitment, or corrects how one was closed.</summary>
    public static void Close(this Commitment commitment, Closure closure, ChangeBasis basis)
    {
        if (basis.IsCorrection && commitment.Closure is null)
        {
            throw ApiError.RuleViolated(Rule.CommitmentOpen,
                $"\"{commitment.Name}\" is open in version {basis.CorrectedVersion}, so there is no closure to "
                + $"correct. Name the version in which it was closed.");
        }
        if (!basis.IsCorrection && commitment.Closure is not null)
        {
            throw ApiError.RuleViolated(Rule.CommitmentClosed,
                $"\"{commitment.Name}\" is closed already, since {commitment.Closure.Date}.");
        }

        if (commitment.Ongoing && closure.Reason == ClosureReason.Completed)
        {
            throw ApiError.RuleViolated(Rule.OngoingNeverCompletes,
                $"\"{commitment.Name}\" is ongoing: it never completes. Choose another reason, or correct the "
                + $"record first.");
        }
        if (closure.SupersededBy == commitment.Name)
            throw ApiError.RuleViolated(Rule.SupersededByItself, $"\"{commitment.Name}\" cannot take its own place.");
        commitment.Closure = closure;
    }

    /// <summary>Opens a closed commitment again.</summary>
    public static void Reopen(this Commitment commitment, ChangeBasis basis)
    {
        if (commitment.Closure is null)
            throw ApiError.RuleViolated(Rule.CommitmentOpen, $"\"{commitment.Name}\" is open.");
        if (!basis.IsCorrection && string.CompareOrdinal(basis.Day, commitment.Closure.Date) < 0)
        {
            throw ApiError.RuleViolated(Rule.ReopenedBeforeClosed,
                $"\"{commitment.Name}\" was closed on {commitment.Closure.Date}, after {basis.Day}. Give a later day, "
                + $"or correct the closure.");
        }
        commitment.Closure = null;
    }

    /// <summary>
    /// Adds a reaffirmation. Returns the day on which the commitment changed, or, when an older reaffirmation was found
    /// later, that the record is corrected.
    /// </summary>
    public static ChangeBasis Reaffirm(this Commitment commitment, string outcome, string date)
    {
        if (commitment.Origins.Any(o => o.Outcome == outcome))
            throw ApiError.RuleViolated(Rule.OriginRepeated, $"\"{outcome}\" is among the origins of \"{commitment.Name}\" already.");
        if (commitment.Closure is not null && string.CompareOrdinal(date, commitment.Closure.Date) > 0)
        {
            throw ApiError.RuleViolated(Rule.ReaffirmedAfterClosure,
                $"\"{commitment.Name}\" was closed on {commitment.Closure.Date}, before {date}. Record what was "
                + $"undertaken then as a commitment of its own.");
        }
        commitment.Origins.Add(new Origin { Outcome = outcome, Role = OriginRole.Reaffirmed, Date = date });
        return string.CompareOrdinal(date, commitment.EffectiveDate) >= 0
            ? ChangeBasis.On(date)
            : ChangeBasis.Correcting(commitment.Version, "An older reaffirmation was found.");
    }

    private static void Responsibility(this FieldViolations violations, string field, Owner owner)
    {
        violations.DefinedEnum(field, owner.Responsibility);
        if (ResourceNames.Matches(owner.Party, ResourcePatterns.Body) && owner.Responsibility == V1.Responsibility.Unspecified)
        {
            violations.Add(field, "Must be chosen for a body: RESPONSIBILITY_JOINT where it owes as one, RESPONSIBILITY_EACH_MEMBER where "
                + "each of its members owes for itself.");
        }
        else if (ResourceNames.Matches(owner.Party, ResourcePatterns.Participant)
            && owner.Responsibility != V1.Responsibility.Unspecified)
        {
            violations.Add(field, "Must be left out for a participant, which owes for itself.");
        }
    }
}
