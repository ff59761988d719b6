using Platform.Common.V1;

namespace Platform.Meetings.Rules;

/// <summary>What must hold of an outcome, and what may be done to it.</summary>
internal static class OutcomeRules
{
    public static void Check(this Outcome outcome, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", outcome.Name, "meetings/*/outcomes/*");
        violations.OptionalDate($"{field}.effective_date", outcome.EffectiveDate);
        if (outcome.Locator is null)
        {
            violations.Add($"{field}.locator", "Must say where the outcome stands.");
        }
        else
        {
            violations.ResourceName($"{field}.locator.document", outcome.Locator.Document, "documents/*");
            violations.Text($"{field}.locator.paragraph", outcome.Locator.Paragraph, 100);
            violations.Count($"{field}.locator.spans", outcome.Locator.Spans);
            for (var i = 0; i < outcome.Locator.Spans.Count; i++)
                CheckSpan(violations, $"{field}.locator.spans[{i}]", outcome.Locator.Spans[i]);
        }
        if (outcome.Sequence < 1)
            violations.Add($"{field}.sequence", "Must be 1 or more.");
        violations.Text($"{field}.title", outcome.Title, 200);
        violations.Text($"{field}.summary", outcome.Summary, 1000);
        violations.OptionalText($"{field}.official_text", outcome.OfficialText, 20_000);
        violations.RequiredEnum($"{field}.kind", outcome.Kind);
        violations.Texts($"{field}.operative_verbs", outcome.OperativeVerbs, 100);
        violations.Parties($"{field}.speakers", outcome.Speakers, min: outcome.SpeakerAsWritten.Length > 0 ? 0 : 1);
        violations.OptionalText($"{field}.speaker_as_written", outcome.SpeakerAsWritten, 100);
        violations.Parties($"{field}.addressees", outcome.Addressees);
        violations.Themes($"{field}.themes", outcome.Themes);
        violations.Texts($"{field}.conditions", outcome.Conditions, 300);
        violations.Parties($"{field}.proposers", outcome.Proposers);
        violations.Parties($"{field}.implementers", outcome.Implementers);
        violations.OptionalResourceName($"{field}.parent_outcome", outcome.ParentOutcome, "meetings/*/outcomes/*");
        if (outcome.ParentOutcome.Length > 0
            && (outcome.ParentOutcome == outcome.Name || ResourceNames.Parent(outcome.ParentOutcome) != ResourceNames.Parent(outcome.Name)))
        {
            violations.Add($"{field}.parent_outcome", "Must be another outcome of the same meeting.");
        }
        violations.Sources($"{field}.sources", outcome.Sources);
        violations.Handling($"{field}.handling", outcome.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Outcome outcome, string field) =>
        new ReferencedNames()
            .Add($"{field}.locator.document", outcome.Locator?.Document ?? "")
            .Add($"{field}.speakers", outcome.Speakers)
            .Add($"{field}.addressees", outcome.Addressees)
            .Add($"{field}.proposers", outcome.Proposers)
            .Add($"{field}.implementers", outcome.Implementers)
            .Add($"{field}.parent_outcome", outcome.ParentOutcome)
            .Documents(field, outcome);

    /// <summary>An outcome is recorded without its text: only AttachOfficialText knows from which copy words come.</summary>
    public static void CheckUnattached(this Outcome outcome, string field)
    {
        if (outcome.OfficialText.Length > 0)
            throw ApiError.InvalidField($"{field}.official_text", "Is set by AttachOfficialText only. Leave it out.");
    }

    /// <summary>
    /// Attaches the words of the document. Words that are attached stay until they are corrected with a reason. True when
    /// something changed.
    /// </summary>
    public static bool AttachOfficialText(this Outcome outcome, string text, string copySha256, Document document, bool replaces = false)
    {
        if (document.Sha256.Length == 0)
        {
            throw ApiError.RuleViolated(Rule.DocumentCopyUnseen,
                $"No copy of \"{document.Name}\" has been seen, so nobody can tell whether this is its text. "
                + $"Record the document's SHA-256 first.");
        }
        if (document.Sha256 != copySha256)
        {
            throw ApiError.RuleViolated(Rule.DocumentCopyDiffers,
                $"The copy's SHA-256 is {copySha256}, but that of \"{document.Name}\" is {document.Sha256}: this "
                + $"is another text or another edition. Use the copy that the record was made from.");
        }
        if (outcome.OfficialText == text)
            return false;
        if (outcome.OfficialText.Length > 0 && !replaces)
        {
            throw ApiError.RuleViolated(Rule.OfficialTextAttached,
                $"\"{outcome.Name}\" has another official text already. To replace it, give a correction with the "
                + $"version that is wrong and the reason.");
        }
        outcome.OfficialText = text;
        return true;
    }

    private static void CheckSpan(FieldViolations violations, string field, TextSpan span)
    {
        if (span.FirstLine < 1)
            violations.Add($"{field}.first_line", "Must be 1 or more.");
        if (span.FirstColumn < 0)
            violations.Add($"{field}.first_column", "Must be 1 or more, or 0 for the beginning of the line.");
        if (span.LastLine != 0 && span.LastLine < span.FirstLine)
            violations.Add($"{field}.last_line", "Must not be before first_line; 0 for the same line.");
        if (span.LastColumn < 0 || (span.LastColumn > 0 && span.LastLine <= span.FirstLine && span.LastColumn < span.FirstColumn))
            violations.Add($"{field}.last_column", "Must not be before first_column; 0 for the end of the line.");
    }
}
