namespace Platform.Hosting.Identity;

/// <summary>
/// States which services of the platform may call a method, for themselves or with the token of the caller whose call they
/// serve; written on the method that serves it. Without it none may.
/// </summary>
/// <param name="services">Their short names, for example <c>reporting</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AllowServiceAttribute(params string[] services) : Attribute
{
    /// <summary>Their short names.</summary>
    public IReadOnlyList<string> Services { get; } = services;

    /// <summary>True where nobody else may: the method is a step of what the services do together.</summary>
    public bool Only { get; init; }
}
