using Google.Protobuf;

namespace Platform.Hosting.Resources;

/// <summary>A value by which a list of resources can be filtered.</summary>
/// <param name="Key">What is filtered by, for example <c>owner</c>.</param>
/// <param name="Value">The value, for example <c>bodies/rso</c>.</param>
public readonly record struct IndexEntry(string Key, string Value);

/// <summary>A type of resource as the store sees it: how it is read and what lists filter by.</summary>
public sealed class ResourceType
{
    private readonly Func<IResource, IEnumerable<IndexEntry>> _indexEntries;

    internal ResourceType(string name, MessageParser parser, Func<IResource, IEnumerable<IndexEntry>> indexEntries) =>
        (Name, Parser, _indexEntries) = (name, parser, indexEntries);

    /// <summary>The name of its message, for example <c>Outcome</c>.</summary>
    public string Name { get; }

    internal MessageParser Parser { get; }

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
    /// <param name="indexEntries">The values by which lists of it are filtered; empty values are left out.</param>
    public ResourceSchema Add<T>(Func<T, IEnumerable<IndexEntry>> indexEntries) where T : IResource, IMessage<T>, new()
    {
        var descriptor = new T().Descriptor;
        _types.Add(descriptor.Name, new ResourceType(descriptor.Name, descriptor.Parser, resource => indexEntries((T)resource)));
        return this;
    }

    /// <summary>The type of a message, or of a name as it stands in the change log.</summary>
    public ResourceType this[string typeName] => _types[typeName];

    /// <summary>True when the service stores resources of this type.</summary>
    public bool Has(string typeName) => _types.ContainsKey(typeName);
}
