using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Settings;

/// <summary>
/// Something about the settings of a process that no class of options can see by itself. It only looks: nothing is made,
/// connected or changed.
/// </summary>
/// <param name="Look">Throws with a sentence that says what is wrong.</param>
public sealed record SettingsCheck(Action<IServiceProvider> Look)
{
    /// <summary>Everything that is wrong with the settings of a process, a sentence each; empty when it can start.</summary>
    public static IReadOnlyList<string> ProblemsOf(IServiceProvider services) =>
        [.. services.GetServices<SettingsCheck>().SelectMany(check => ProblemsOf(check, services)).Distinct()];

    /// <summary>What an exception says is wrong with the settings or the machine; empty when it is a fault of the program.</summary>
    public static IReadOnlyList<string> SentencesOf(Exception e) => e switch
    {
        OptionsValidationException options => [.. options.Failures],
        AggregateException all when all.InnerExceptions.All(inner => SentencesOf(inner).Count > 0) =>
            [.. all.InnerExceptions.SelectMany(SentencesOf)],
        InvalidOperationException or IOException or UnauthorizedAccessException or FormatException => [e.Message],
        _ => [],
    };

    private static IReadOnlyList<string> ProblemsOf(SettingsCheck check, IServiceProvider services)
    {
        try
        {
            check.Look(services);
            return [];
        }
        catch (Exception e) when (SentencesOf(e) is { Count: > 0 } sentences)
        {
            return sentences;
        }
    }
}
