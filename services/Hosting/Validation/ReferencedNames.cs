using System.Collections.Concurrent;
using Platform.Hosting.Errors;
using Platform.Hosting.Resources;

namespace Platform.Hosting.Validation;

/// <summary>Finds out which of some names do not exist.</summary>
/// <param name="names">Distinct names of one collection.</param>
/// <param name="cancel">Ends the question.</param>
public delegate Task<IReadOnlyCollection<string>> FindMissing(IReadOnlyCollection<string> names, CancellationToken cancel);

/// <summary>
/// Remembers the names that were seen to exist. Resources are never removed, so what existed once need not be asked
/// for again; names that did not exist are asked for every time.
/// </summary>
public sealed class ExistingNames
{
    private const int MaxNames = 200_000;
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

    internal bool Has(string name) => _names.ContainsKey(name);

    internal void Add(IEnumerable<string> names)
    {
        // Cleared when full.
        if (_names.Count > MaxNames)
            _names.Clear();
        foreach (var name in names)
            _names.TryAdd(name, true);
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
