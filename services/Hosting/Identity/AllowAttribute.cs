namespace Platform.Hosting.Identity;

/// <summary>
/// States who may use a method; written on the method that serves it. A method without it keeps the
/// process from starting.
/// </summary>
/// <param name="roles">The roles that may use it.</param>
[AttributeUsage(AttributeTargets.Method)]
public class AllowAttribute(params Role[] roles) : Attribute
{
    /// <summary>The roles that may use the method.</summary>
    public IReadOnlyList<Role> Roles { get; } = roles;

    /// <summary>True where even a token is not needed.</summary>
    public bool WithoutToken { get; private protected init; }

    /// <summary>True when the role may use the method.</summary>
    public bool Includes(Role role) => Array.IndexOf(roles, role) >= 0;
}

/// <summary>States that every role may use a method, but for services: see <see cref="AllowServiceAttribute"/>.</summary>
public sealed class AllowEveryRoleAttribute()
    : AllowAttribute(Role.Reader, Role.PartySystem, Role.Officer, Role.CoChair, Role.Operator);

/// <summary>
/// States that a method needs no token: for health and reflection, which probes and tools ask
/// before they have one, and which show nothing of the record.
/// </summary>
public sealed class AllowWithoutTokenAttribute : AllowAttribute
{
    /// <summary>Creates the attribute.</summary>
    public AllowWithoutTokenAttribute() => WithoutToken = true;
}
