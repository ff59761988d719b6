using Platform.Common.V1;

namespace Platform.Hosting.Versions;

/// <summary>What the two clocks need to know of a version of a resource.</summary>
public interface IBitemporalVersion
{
    /// <summary>Version, counted from 1.</summary>
    long Version { get; }

    /// <summary>What the change that made it did.</summary>
    ChangeKind Kind { get; }

    /// <summary>First clock: the day from which it holds.</summary>
    DateOnly EffectiveDate { get; }

    /// <summary>Second clock: the moment at which it was recorded.</summary>
    DateTimeOffset RecordedTime { get; }
}

/// <summary>
/// The rule of the two clocks. A version that changes the world holds from its effective date on; a
/// correction takes the place of the version before it on every day; neither is known before it was
/// recorded.
/// </summary>
public static class Bitemporal
{
    /// <summary>
    /// The version of one resource that holds on a day as known at a moment; null when none does or
    /// the resource is deleted.
    /// </summary>
    /// <param name="versions">All versions of the resource, in any order, each any number of times.</param>
    /// <param name="asOf">The day.</param>
    /// <param name="knownAt">The moment.</param>
    public static T? Select<T>(IEnumerable<T> versions, DateOnly asOf, DateTimeOffset knownAt) where T : class, IBitemporalVersion
    {
        var hidden = false;
        foreach (var version in versions.Where(v => v.RecordedTime <= knownAt).DistinctBy(v => v.Version).OrderByDescending(v => v.Version))
        {
            if (!hidden && version.EffectiveDate <= asOf)
                return version.Kind == ChangeKind.Deleted ? null : version;
            // A correction hides its predecessor whether or not it holds itself on that day.
            hidden = version.Kind == ChangeKind.Corrected;
        }
        return null;
    }
}
