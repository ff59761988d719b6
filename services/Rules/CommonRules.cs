using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Platform.Common.V1;
using Platform.Hosting.Resources;
using Platform.Hosting.Validation;

namespace Platform.Rules;

/// <summary>Checks of the messages that the resources of every service have: sources, periods, themes
/// (<c>rcp.common.v1</c>).</summary>
public static class CommonRules
{
    /// <summary>A period whose days, where given, exist and stand in order.</summary>
    public static void OptionalDates(this FieldViolations violations, string field, DateRange? value)
    {
        if (value is null)
            return;
        violations.OptionalText($"{field}.as_written", value.AsWritten, 200);
        violations.OptionalDate($"{field}.earliest_date", value.EarliestDate);
        violations.OptionalDate($"{field}.latest_date", value.LatestDate);
        violations.DateOrder($"{field}.latest_date", value.EarliestDate, value.LatestDate);
        violations.DefinedEnum($"{field}.sense", value.Sense);
        if (value.Sense == DateSense.Unspecified && value.EarliestDate.Length > 0
            && string.CompareOrdinal(value.EarliestDate, value.LatestDate) < 0)
        {
            violations.Add($"{field}.sense", "Must be chosen where the days differ: DATE_SENSE_THROUGHOUT when it lasted from the first to "
                + "the last, DATE_SENSE_WITHIN when it was some time between them.");
        }
    }

    /// <summary>Names of participants or bodies.</summary>
    public static void Parties(this FieldViolations violations, string field, IReadOnlyList<string> parties, int min = 0)
    {
        violations.Count(field, parties, min);
        for (var i = 0; i < parties.Count; i++)
            violations.ResourceName($"{field}[{i}]", parties[i], ResourcePatterns.Party);
    }

    /// <summary>What a kind OTHER is in words; no other kind has them.</summary>
    public static void KindAsWritten(this FieldViolations violations, string field, bool isOther, string words)
    {
        if (isOther)
            violations.Text(field, words, 100);
        else if (words.Length > 0)
            violations.Add(field, "Must be empty unless the kind is OTHER.");
    }

    /// <summary>Sources, each a document and a place in it.</summary>
    public static void Sources(this FieldViolations violations, string field, IReadOnlyList<SourceReference> sources)
    {
        violations.Count(field, sources);
        for (var i = 0; i < sources.Count; i++)
            violations.Source($"{field}[{i}]", sources[i]);
    }

    /// <summary>A document and a place in it.</summary>
    public static void Source(this FieldViolations violations, string field, SourceReference source)
    {
        violations.ResourceName($"{field}.document", source.Document, "documents/*");
        violations.Text($"{field}.paragraph", source.Paragraph, 100);
        violations.OptionalText($"{field}.note", source.Note, 500);
    }

    /// <summary>To whom a resource may be shown: a level, and a body for those of its members.</summary>
    public static void Handling(this FieldViolations violations, string field, Handling? handling)
    {
        if (handling is null)
            return;
        violations.RequiredEnum($"{field}.level", handling.Level);
        if (handling.Level == HandlingLevel.BodyMembers)
            violations.ResourceName($"{field}.body", handling.Body, ResourcePatterns.Body);
        else if (handling.Body.Length > 0)
            violations.Add($"{field}.body", "Must be empty unless the level is BODY_MEMBERS.");
    }

    /// <summary>Notes the documents that a message cites, wherever in it a source stands, and the body to whose members it may
    /// be shown.</summary>
    public static ReferencedNames Documents(this ReferencedNames references, string field, IMessage message)
    {
        if (message is SourceReference source)
            return references.Add($"{field}.document", source.Document);
        if (message is Handling handling)
            return references.Add($"{field}.body", handling.Body);
        foreach (var each in message.Descriptor.Fields.InDeclarationOrder().Where(f => f.FieldType == FieldType.Message))
        {
            switch (each.Accessor.GetValue(message))
            {
                case IMessage part:
                    references.Documents($"{field}.{each.Name}", part);
                    break;
                case IList parts:
                    for (var i = 0; i < parts.Count; i++)
                        references.Documents($"{field}.{each.Name}[{i}]", (IMessage)parts[i]!);
                    break;
            }
        }
        return references;
    }

    /// <summary>Themes: lower case with hyphens.</summary>
    public static void Themes(this FieldViolations violations, string field, IReadOnlyList<string> themes)
    {
        violations.Count(field, themes);
        for (var i = 0; i < themes.Count; i++)
        {
            if (!ResourceNames.IsId(themes[i]))
            {
                violations.Add($"{field}[{i}]", $"\"{themes[i]}\" is not a valid theme. Write lower-case letters, digits and hyphens, "
                    + $"for example trafficking-in-persons.");
            }
        }
    }
}
