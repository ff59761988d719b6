namespace Platform.Meetings.Rules;

/// <summary>What must hold of a theme.</summary>
internal static class ThemeRules
{
    public static void Check(this Theme theme, string field)
    {
        var violations = new FieldViolations();
        violations.ResourceName($"{field}.name", theme.Name, "themes/*");
        violations.OptionalDate($"{field}.effective_date", theme.EffectiveDate);
        violations.Text($"{field}.title", theme.Title, 100);
        violations.Count($"{field}.labels", theme.Labels);
        for (var i = 0; i < theme.Labels.Count; i++)
        {
            var code = theme.Labels[i].LanguageCode;
            if (code.Length is < 2 or > 20 || !code.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
                violations.Add($"{field}.labels[{i}].language_code", "Must be a BCP 47 tag, for example id or zh-Hans.");
            else if (theme.Labels.Take(i).Any(l => l.LanguageCode == code))
                violations.Add($"{field}.labels[{i}].language_code", $"\"{code}\" is there already. Give each language once.");
            violations.Text($"{field}.labels[{i}].text", theme.Labels[i].Text, 100);
        }
        violations.OptionalText($"{field}.summary", theme.Summary, 1000);
        violations.OptionalResourceName($"{field}.broader_theme", theme.BroaderTheme, "themes/*");
        if (theme.BroaderTheme.Length > 0 && theme.BroaderTheme == theme.Name)
            violations.Add($"{field}.broader_theme", "Must be another theme.");
        violations.Sources($"{field}.sources", theme.Sources);
        violations.Handling($"{field}.handling", theme.Handling);
        violations.ThrowIfAny();
    }

    public static ReferencedNames ReferencedNames(this Theme theme, string field) =>
        new ReferencedNames().Add($"{field}.broader_theme", theme.BroaderTheme).Documents(field, theme);
}
