using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Settings;

/// <summary>
/// Refuses to start on a setting in one of the process's own sections that the section does not have: it is misspelt, and
/// the default would be used in silence.
/// </summary>
internal static class UnknownSettings
{
    public static void ThrowIfAny(IConfiguration configuration, IEnumerable<SettingsSection> sections)
    {
        var problems = new List<string>();
        foreach (var group in sections.GroupBy(s => s.Name))
        {
            var known = group.SelectMany(s => s.Options.GetProperties()).Where(p => p.CanWrite).Select(p => p.Name).Distinct().ToList();
            foreach (var key in configuration.GetSection(group.Key).GetChildren().Select(c => c.Key).Where(k => !known.Contains(k, StringComparer.OrdinalIgnoreCase)))
            {
                problems.Add($"{group.Key}:{key} is not a setting. {group.Key} has "
                    + $"{string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            }
        }
        if (problems.Count > 0)
            throw new OptionsValidationException("Settings", typeof(SettingsSection), problems);
    }
}
