using System.Reflection;

namespace Platform.Hosting.Telemetry;

/// <summary>The version of this program.</summary>
internal static class ProgramVersion
{
    /// <summary>As semantic versioning writes it, with the commit that it was built from where that is known.</summary>
    public static string Current { get; } =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
