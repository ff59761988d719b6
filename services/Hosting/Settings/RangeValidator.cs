using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Settings;

/// <summary>Refuses to start on values outside the ranges that a class of options states.</summary>
internal sealed class RangeValidator<TOptions>(string section, string optionsName) : IValidateOptions<TOptions> where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        if (name != optionsName)
            return ValidateOptionsResult.Skip;
        var problems = typeof(TOptions).GetProperties()
            .Select(property => (Property: property, Range: property.GetCustomAttribute<RangeAttribute>()))
            .Where(p => p.Range is not null && !p.Range.IsValid(p.Property.GetValue(options)))
            .Select(p => $"{section}:{p.Property.Name} must lie between {RangeText.Of(p.Range!.Minimum)} and "
                + $"{RangeText.Of(p.Range.Maximum)}.")
            .ToList();
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}

/// <summary>Ends of ranges as a person reads them.</summary>
internal static class RangeText
{
    /// <summary>Numbers with separators, times as they are written in settings.</summary>
    public static string Of(object value) =>
        value is IFormattable number and (int or long) ? number.ToString("N0", CultureInfo.InvariantCulture) : $"{value}";
}
