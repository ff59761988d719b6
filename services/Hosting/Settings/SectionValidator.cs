using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Settings;

/// <summary>
/// Refuses to start on a key that the section does not have, which is misspelt so that the default would be used in
/// silence, and on values outside the ranges and lengths that the class of options states.
/// </summary>
internal sealed class SectionValidator<TOptions>(IConfiguration configuration, string section, string optionsName)
    : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        if (name != optionsName)
            return ValidateOptionsResult.Skip;
        var properties = typeof(TOptions).GetProperties().Where(p => p.CanWrite).ToList();
        var names = properties.Select(p => p.Name).ToList();
        var problems = configuration.GetSection(section).GetChildren()
            .Where(child => !names.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"{section}:{child.Key} is not a setting. {section} has "
                + $"{string.Join(", ", names.Order(StringComparer.Ordinal))}.")
            .Concat(properties
                .Select(property => (Property: property, Range: property.GetCustomAttribute<RangeAttribute>()))
                .Where(p => p.Range is not null && !p.Range.IsValid(p.Property.GetValue(options)))
                .Select(p => $"{section}:{p.Property.Name} must lie between {TextOf(p.Range!.Minimum)} and {TextOf(p.Range.Maximum)}."))
            .Concat(properties
                .Select(property => (Property: property, Length: property.GetCustomAttribute<StringLengthAttribute>()))
                .Where(p => p.Length is not null && !p.Length.IsValid(p.Property.GetValue(options)))
                .Select(p => $"{section}:{p.Property.Name} must have at most {TextOf(p.Length!.MaximumLength)} characters."))
            .ToList();
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }

    // Numbers with separators, times as they are written in settings.
    private static string TextOf(object value) =>
        value is IFormattable number and (int or long) ? number.ToString("N0", CultureInfo.InvariantCulture) : $"{value}";
}
