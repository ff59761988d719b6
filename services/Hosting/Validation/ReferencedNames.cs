using System.Collections.Concurrent;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Hosting.Resources;

namespace Platform.Hosting.Validation;

/// <summary>Finds out which of some names exist.</summary>
/// <param name="names">Distinct names of one collection.</param>
/// <param name="cancel">Cancels the question.</param>
public delegate Task<FoundNames> FindNames(IReadOnlyCollection<string> names, CancellationToken cancel);

/// <summary>The outcome of looking up names.</summary>
/// <param name="Found">The resources that exist, with their handling.</param>
/// <param name="Missing">The names of which there is none.</param>
public sealed record FoundNames(IEnumerable<IResource> Found, IReadOnlyCollection<string> Missing);

/// <summary>
/// Caches for a few seconds the names that were found to exist, with their handling, so that an import does not ask for
/// the same ones at every write. No longer, because a resource may end or be retracted; names that did not exist are asked for every time.
/// </summary>
public sealed class ExistingNames(TimeProvider time)
{
    private const int MaxNames = 200_000;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, (long Seen, Handling? Handling)> _seen = new(StringComparer.Ordinal);

    internal bool Has(string name, out Handling? handling)
    {
        var has = _seen.TryGetValue(name, out var known) && time.GetElapsedTime(known.Seen) < Memory;
        handling = has ? known.Handling : null;
        return has;
    }

    internal void Add(IEnumerable<IResource> resources)
    {
        // Cleared when full.
        if (_seen.Count > MaxNames)
            _seen.Clear();
        var now = time.GetTimestamp();
        foreach (var resource in resources)
            _seen[resource.Name] = (now, resource.Handling);
    }
}

/// <summary>
/// The resources that a request names, each with the field in which it stands. <see cref="CheckAsync"/> refuses the
/// request when one of them does not exist, asking each service once.
/// </summary>
public sealed class ReferencedNames
{
    private readonly List<(string Field, string Name)> _all = [];

    /// <summary>Notes a name; an empty one is left out.</summary>
    public ReferencedNames Add(string field, string name)
    {
        if (name.Length > 0)
            _all.Add((field, name));
        return this;
    }

    /// <summary>Notes each name of a repeated field.</summary>
    public ReferencedNames Add(string field, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
            Add($"{field}[{i}]", names[i]);
        return this;
    }

    /// <summary>Refuses when a name does not exist; returns the strictest handling of what is named, null where none is.</summary>
    /// <param name="known">What this process has seen to exist.</param>
    /// <param name="collections">How to ask, by pattern, for example <c>participants/*</c>.</param>
    /// <param name="cancel">Cancels the questions.</param>
    public async Task<Handling?> CheckAsync(ExistingNames known, IReadOnlyDictionary<string, FindNames> collections,
        CancellationToken cancel)
    {
        Handling? strictest = null;
        foreach (var (pattern, find) in collections)
        {
            var asked = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (_, name) in _all.Where(r => ResourceNames.Matches(r.Name, pattern)))
            {
                if (known.Has(name, out var handling))
                    strictest = strictest.Strictest(handling);
                else
                    asked.Add(name);
            }
            if (asked.Count == 0)
                continue;
            var (found, missing) = await find(asked, cancel);
            var first = _all.FirstOrDefault(r => missing.Contains(r.Name));
            if (first.Name is not null)
                throw ApiError.ReferenceNotFound(first.Field, first.Name);
            var names = found.Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
            if (_all.Find(r => asked.Contains(r.Name) && !names.Contains(r.Name)) is { Name: not null } merged)
            {
                throw ApiError.RuleViolated(Rule.ReferenceMerged,
                    $"{merged.Field}: \"{merged.Name}\" was merged into another. Read it, and use the name that it has now.");
            }
            known.Add(found);
            strictest = found.Aggregate(strictest, (strict, resource) => strict.Strictest(resource.Handling));
        }
        return strictest;
    }
}
