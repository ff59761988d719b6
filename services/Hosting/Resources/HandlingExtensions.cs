using Platform.Common.V1;

namespace Platform.Hosting.Resources;

/// <summary>To whom a resource may be shown.</summary>
public static class HandlingExtensions
{
    /// <summary>How closely it is held; public where nothing is said.</summary>
    public static HandlingLevel LevelOrPublic(this Handling? handling) =>
        handling is null || handling.Level == HandlingLevel.Unspecified ? HandlingLevel.Public : handling.Level;

    /// <summary>True when not everybody may see it.</summary>
    public static bool IsRestricted(this Handling? handling) => handling.LevelOrPublic() != HandlingLevel.Public;

    /// <summary>The stricter of two; null when neither restricts anything.</summary>
    public static Handling? Strictest(this Handling? one, Handling? other)
    {
        var (first, second) = (one.LevelOrPublic(), other.LevelOrPublic());
        // Members of two bodies: nobody but the secretariat is known to be in both.
        if (first == HandlingLevel.BodyMembers && second == HandlingLevel.BodyMembers && one!.Body != other!.Body)
            return new Handling { Level = HandlingLevel.Secretariat };
        return (first >= second ? one : other) is { } stricter && stricter.IsRestricted() ? stricter : null;
    }

    /// <summary>Gives a new resource that says nothing of it the handling of what it names.</summary>
    public static void Inherit(this IResource resource, Handling? handling)
    {
        if (resource.Handling is null && handling is not null)
            resource.Handling = handling.Clone();
    }
}
