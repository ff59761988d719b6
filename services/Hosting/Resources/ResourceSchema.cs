using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Platform.Hosting.Resources;

/// <summary>A value by which a list of resources can be filtered.</summary>
/// <param name="Key">What is filtered by, for example <c>owner</c>.</param>
/// <param name="Value">The value, for example <c>bodies/rso</c>.</param>
public readonly record struct IndexEntry(string Key, string Value)
{
    /// <summary>What a resource has that concerns every participant, whichever it is.</summary>
    public static IndexEntry EveryParticipant { get; } = new("concerning", "participants/*");
}

/// <summary>A filter of a list: what has one of the values.</summary>
/// <param name="Key">What is filtered by, for example <c>owner</c>.</param>
/// <param name="Values">The values; the filter does not filter when there are none.</param>
public readonly record struct IndexFilter(string Key, IReadOnlyList<string> Values)
{
    /// <summary>A filter by one value, which does not filter when it is empty.</summary>
    public IndexFilter(string key, string value) : this(key, value.Length == 0 ? [] : [value])
    {
    }

    /// <summary>A filter by values of an enumeration.</summary>
    public static IndexFilter Of<T>(string key, IEnumerable<T> values) where T : struct, Enum =>
        new(key, [.. values.Where(v => !EqualityComparer<T>.Default.Equals(v, default)).Select(v => v.ToString())]);

    /// <summary>True when a resource with these entries passes.</summary>
    internal bool Passes(IReadOnlyCollection<IndexEntry> entries)
    {
        var key = Key;
        return Values.Any(value => entries.Contains(new IndexEntry(key, value)));
    }
}

/// <summary>A type of resource as the store sees it: how it is read and what lists filter by.</summary>
public sealed class ResourceType
{
    private readonly Func<IResource, IEnumerable<IndexEntry>> _indexEntries;

    internal ResourceType(string name, MessageParser parser, Func<IResource, IEnumerable<IndexEntry>> indexEntries) =>
        (Name, Parser, _indexEntries) = (name, parser, indexEntries);

    /// <summary>The name of its message, for example <c>Outcome</c>.</summary>
    public string Name { get; }

    internal MessageParser Parser { get; }

    /// <summary>What its message consists of.</summary>
    internal MessageDescriptor Descriptor { get; init; } = null!;

    /// <summary>The form of its resources' names, for example <c>meetings/*</c>.</summary>
    public required string Pattern { get; init; }

    /// <summary>True for types that may end on a day; false for events, which can only be retracted.</summary>
    internal bool CanEnd { get; init; }

    /// <summary>True for types whose resources may be merged.</summary>
    internal bool CanMerge { get; init; }

    /// <summary>The name that follows from what a resource says, for example of an attendance from who attends.</summary>
    internal Func<IResource, string>? NameOf { get; init; }

    /// <summary>Set for types of which some resources concern every participant.</summary>
    internal bool MayConcernEveryParticipant { get; init; }

    /// <summary>The values by which this resource is found, its parent among them.</summary>
    internal List<IndexEntry> IndexEntriesOf(IResource resource)
    {
        var entries = _indexEntries(resource).Where(k => k.Value.Length > 0).Distinct().ToList();
        var parent = ResourceNames.Parent(resource.Name);
        if (parent.Length > 0)
            entries.Add(new IndexEntry("parent", parent));
        return entries;
    }

    internal IResource Parse(byte[] state) => (IResource)Parser.ParseFrom(state);
}

/// <summary>The resource types that one service stores.</summary>
public sealed class ResourceSchema
{
    private readonly Dictionary<string, ResourceType> _types = new(StringComparer.Ordinal);

    /// <summary>Adds a type.</summary>
    /// <param name="pattern">The form of its resources' names, for example <c>meetings/*</c>.</param>
    /// <param name="indexEntries">The values by which lists of it are filtered; empty values are left out.</param>
    /// <param name="mayConcernEveryParticipant">
    /// Among the values may be <see cref="IndexEntry.EveryParticipant"/>.
    /// </param>
    /// <param name="canEnd">True when it may end on a day.</param>
    /// <param name="canMerge">True when it may be merged into another.</param>
    /// <param name="nameOf">The name that follows from what a resource says; null where it is chosen freely.</param>
    public ResourceSchema Add<T>(string pattern, Func<T, IEnumerable<IndexEntry>> indexEntries, bool mayConcernEveryParticipant = false,
        bool canEnd = false, bool canMerge = false, Func<T, string>? nameOf = null)
        where T : IResource, IMessage<T>, new()
    {
        var descriptor = new T().Descriptor;
        _types.Add(descriptor.Name, new ResourceType(descriptor.Name, descriptor.Parser, resource => indexEntries((T)resource))
        {
            Descriptor = descriptor,
            Pattern = pattern,
            CanEnd = canEnd,
            CanMerge = canMerge,
            NameOf = nameOf is null ? null : resource => nameOf((T)resource),
            MayConcernEveryParticipant = mayConcernEveryParticipant,
        });
        return this;
    }

    /// <summary>The type of a message, or of a name as it stands in the change log.</summary>
    public ResourceType this[string typeName] => _types[typeName];

    /// <summary>The type of a resource name; null where no type has its form.</summary>
    public ResourceType? OfName(string name) => _types.Values.FirstOrDefault(t => ResourceNames.Matches(name, t.Pattern));

    /// <summary>The types of the resources directly below a resource, for example attendances below a meeting.</summary>
    internal IEnumerable<ResourceType> Below(string name) =>
        _types.Values.Where(t => ResourceNames.Parent(t.Pattern) is { Length: > 0 } parent && ResourceNames.Matches(name, parent));

    /// <summary>True when the service stores resources of this type.</summary>
    public bool Has(string typeName) => _types.ContainsKey(typeName);
}
