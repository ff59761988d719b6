using System.Collections.Concurrent;
using Platform.Hosting.Errors;
using Platform.Hosting.Resources;

namespace Platform.Hosting.Validation;

/// <summary>Finds out which of some names do not exist.</summary>
/// <param name="names">Distinct names of one collection.</param>
/// <param name="cancel">Ends the question.</param>
public delegate Task<IReadOnlyCollection<string>> FindMissing(IReadOnlyCollection<string> names, CancellationToken cancel);

/// <summary>
/// Remembers for some seconds the names that were seen to exist, so that an import does not ask for the same ones at every
/// write. No longer, because a resource may end or be retracted; names that did not exist are asked for every time.
/// </summary>
public sealed class ExistingNames(TimeProvider time)
{
    private const int MaxNames = 200_000;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, long> _seen = new(StringComparer.Ordinal);

    internal bool Has(string name) => _seen.TryGetValue(name, out var seen) && time.GetElapsedTime(seen) < Memory;

    internal void Add(IEnumerable<string> names)
    {
        // Cleared when full.
        if (_seen.Count > MaxNames)
            _seen.Clear();
        var now = time.GetTimestamp();
        foreach (var name in names)
            _seen[name] = now;
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

    /// <summary>Refuses when a name does not exist.</summary>
    /// <param name="known">What this process has seen to exist.</param>
    /// <param name="collections">How to ask, by pattern, for example <c>participants/*</c>.</param>
    /// <param name="cancel">Ends the questions.</param>
    public async Task CheckAsync(ExistingNames known, IReadOnlyDictionary<string, FindMissing> collections, CancellationToken cancel)
    {
        foreach (var (pattern, findMissing) in collections)
        {
            var asked = _all.Where(r => ResourceNames.Matches(r.Name, pattern) && !known.Has(r.Name)).Select(r => r.Name).Distinct()
                .ToList();
            if (asked.Count == 0)
                continue;
            var missing = await findMissing(asked, cancel);
            known.Add(asked.Except(missing));
            var first = _all.FirstOrDefault(r => missing.Contains(r.Name));
            if (first.Name is not null)
                throw ApiError.ReferenceNotFound(first.Field, first.Name);
        }
    }
}
