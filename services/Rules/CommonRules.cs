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
