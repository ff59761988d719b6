namespace Platform.Hosting.Identity;

/// <summary>What a caller may do. Every token names exactly one.</summary>
public enum Role
{
    /// <summary>Reads what is public and writes nothing.</summary>
    Reader,

    /// <summary>The system of one participant or body, which acts for that party and for no other.</summary>
    PartySystem,

    /// <summary>Keeps the record.</summary>
    Officer,

    /// <summary>A co-chair of the process, or their staff.</summary>
    CoChair,

    /// <summary>Runs the platform.</summary>
    Operator,

    /// <summary>A service of the platform, for example the reporting worker: uses the methods whose list has it.</summary>
    Service,
}

/// <summary>The names of the roles in tokens.</summary>
public static class RoleNames
{
    /// <summary>The name in tokens, for example <c>party-system</c>.</summary>
    public static string Name(this Role role) => role switch
    {
        Role.Reader => "reader",
        Role.PartySystem => "party-system",
        Role.Officer => "officer",
        Role.CoChair => "co-chair",
        Role.Operator => "operator",
        Role.Service => "service",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>Every name, for messages and options.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<Role>().Select(Name)];

    /// <summary>The role of a name.</summary>
    public static bool TryParse(string name, out Role role)
    {
        foreach (var candidate in Enum.GetValues<Role>())
        {
            if (candidate.Name() == name)
            {
                role = candidate;
                return true;
            }
        }
        role = default;
        return false;
    }
}
