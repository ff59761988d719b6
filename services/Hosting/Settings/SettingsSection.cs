using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Settings;

/// <summary>A section of the configuration that a process reads.</summary>
/// <param name="Name">Its name, for example <c>Listen</c> or <c>Services:Membership</c>.</param>
/// <param name="Options">The class whose public properties are its settings.</param>
public sealed record SettingsSection(string Name, Type Options);

/// <summary>Registers sections of the configuration.</summary>
public static class SettingsRegistration
{
    /// <summary>
    /// Binds a section to a class of options, checked before the process serves: that every key is one of its properties, by
    /// their ranges and lengths (<see cref="System.ComponentModel.DataAnnotations.RangeAttribute"/>,
    /// <see cref="System.ComponentModel.DataAnnotations.StringLengthAttribute"/>), and by a validator, if it has one.
    /// </summary>
    /// <param name="services">The process's services.</param>
    /// <param name="section">The section.</param>
    /// <param name="name">The name of the options, where several sections have the same class.</param>
    public static void AddSettings<TOptions>(this IServiceCollection services, string section, string? name = null) where TOptions : class
    {
        var added = new SettingsSection(section, typeof(TOptions));
        if (services.Any(s => added.Equals(s.ImplementationInstance)))
            return;
        services.AddSingleton(added);
        services.AddOptions<TOptions>(name ?? Options.DefaultName).BindConfiguration(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(provider =>
            new SectionValidator<TOptions>(provider.GetRequiredService<IConfiguration>(), section, name ?? Options.DefaultName));
        // Each section by itself, so that all that is wrong is told at once.
        services.AddSingleton(new SettingsCheck(provider =>
        {
            SettingValues.Check(provider.GetRequiredService<IConfiguration>(), section, typeof(TOptions));
            _ = provider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name ?? Options.DefaultName);
        }));
    }

    /// <summary>The same with a validator.</summary>
    public static void AddSettings<TOptions, TValidator>(this IServiceCollection services, string section, string? name = null)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSettings<TOptions>(section, name);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
    }
}
