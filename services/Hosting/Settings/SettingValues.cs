using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Settings;

/// <summary>
/// Finds the values of a section that are not of their property's type. The framework's binder would name the first only, with the
/// type in place of what is allowed.
/// </summary>
internal static class SettingValues
{
    /// <summary>Throws when there is one, with a sentence for each.</summary>
    public static void Check(IConfiguration configuration, string section, Type options)
    {
        var problems = options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p is { CanWrite: true, PropertyType.IsValueType: true })
            .Select(p => (Key: $"{section}:{p.Name}", Type: Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType))
            .Where(p => configuration[p.Key] is { Length: > 0 } value && !IsOf(p.Type, value))
            .Select(p => $"{p.Key} is \"{configuration[p.Key]}\". {Allowed(p.Type)}").ToList();
        if (problems.Count > 0)
            throw new OptionsValidationException(section, options, problems);
    }

    // As the binder reads it.
    private static bool IsOf(Type type, string value)
    {
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
#pragma warning disable CA1031 // Converters throw what they like.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    private static string Allowed(Type type) =>
        type.IsEnum ? $"Use one of {string.Join(", ", Enum.GetNames(type).Where(n => n != "Unspecified"))}."
        : type == typeof(bool) ? "Use true or false."
        : type == typeof(TimeSpan) ? "Write a time as hours:minutes:seconds, for example 00:00:30."
        : "Write a whole number.";
}
