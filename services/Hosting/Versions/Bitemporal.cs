using Platform.Common.V1;

namespace Platform.Hosting.Versions;

/// <summary>What the two clocks need to know of a version of a resource.</summary>
public interface IBitemporalVersion
{
    /// <summary>Version, counted from 1.</summary>
    long Version { get; }

    /// <summary>What the change that made it did.</summary>
    ChangeKind Kind { get; }

    /// <summary>The version in whose place it stands; 0 where it corrects none.</summary>
    long CorrectedVersion { get; }

    /// <summary>First clock: the day from which it holds.</summary>
    DateOnly EffectiveDate { get; }

    /// <summary>Second clock: the moment at which it was recorded.</summary>
    DateTimeOffset RecordTime { get; }
}

/// <summary>
/// The rule of the two clocks. A version that changes the world holds from its effective date on; a correction stands in
/// the place of the version that it corrects, on every day; from an end on there is none, and after a retraction on no
/// day; none of them is known before it was recorded.
/// </summary>
public static class Bitemporal
{
    /// <summary>
    /// The version of one resource that holds on a day as known at a moment; null when none does, or when the resource
    /// had ended or is retracted.
    /// </summary>
    /// <param name="versions">All versions of the resource, in any order, each any number of times.</param>
    /// <param name="asOf">The day.</param>
    /// <param name="knownAt">The moment.</param>
    public static T? Select<T>(IEnumerable<T> versions, DateOnly asOf, DateTimeOffset knownAt) where T : class, IBitemporalVersion
    {
        // Most resources never change.
        if (versions is IReadOnlyList<T> and [var only])
        {
            return only.RecordTime > knownAt || only.EffectiveDate > asOf || only.Kind is ChangeKind.Retracted or ChangeKind.Ended ? null
                : only;
        }
        T? winner = null;
        foreach (var (_, version) in Places(versions.Where(v => v.RecordTime <= knownAt)))
        {
            if (version.Kind == ChangeKind.Retracted)
                return null;
            if (version.EffectiveDate <= asOf)
                winner = version;
        }
        return winner?.Kind == ChangeKind.Ended ? null : winner;
    }

    /// <summary>The version that makes a resource what it is now, or was when it ended or was retracted.</summary>
    /// <param name="versions">All versions of the resource, at least one, in any order.</param>
    public static T Newest<T>(IEnumerable<T> versions) where T : class, IBitemporalVersion =>
        versions is IReadOnlyList<T> and [var only] ? only : Places(versions)[^1].Version;

    /// <summary>
    /// What stands in the place of each version that was not made by a correction, oldest place first: that version, or
    /// the last correction of it.
    /// </summary>
    public static IReadOnlyList<(long Place, T Version)> Places<T>(IEnumerable<T> versions) where T : class, IBitemporalVersion
    {
        var places = new SortedList<long, T>();
        var placeOf = new Dictionary<long, long>();
        foreach (var version in versions.DistinctBy(v => v.Version).OrderBy(v => v.Version))
        {
            // Of a correction whose corrected version is not at hand, for it may come later, that version's is the place.
            var place = version.CorrectedVersion == 0 ? version.Version
                : placeOf.GetValueOrDefault(version.CorrectedVersion, version.CorrectedVersion);
            placeOf[version.Version] = place;
            places[place] = version;
        }
        return [.. places.Select(p => (p.Key, p.Value))];
    }
}
