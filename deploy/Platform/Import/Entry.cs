using Google.Protobuf;

namespace Platform.Tool.Import;

/// <summary>An entry of a record: one request, and where each of its fields was written.</summary>
internal sealed class Entry(EntryKind kind, Place at, string name, IMessage request, IReadOnlyDictionary<string, Place> fields)
{
    /// <summary>What it does.</summary>
    public EntryKind Kind { get; } = kind;

    /// <summary>Where it begins.</summary>
    public Place At { get; } = at;

    /// <summary>The resource, for example <c>meetings/ahg-som-7</c>.</summary>
    public string Name { get; } = name;

    /// <summary>What is sent.</summary>
    public IMessage Request { get; } = request;

    /// <summary>By what the server recognises it when it is sent again.</summary>
    public string RequestId => (string)Request.Descriptor.FindFieldByName(EntryKind.RequestId).Accessor.GetValue(Request);

    /// <summary>The resource as the entry writes it; the request itself where it has none.</summary>
    public IMessage Content => Kind.Resource is null ? Request : (IMessage)Kind.Resource.Accessor.GetValue(Request);

    /// <summary>
    /// Where a field was written, by its path in the request. What a default or a shorthand filled in is found
    /// where the nearest field around it was written.
    /// </summary>
    public Place PlaceOf(string field)
    {
        while (true)
        {
            if (fields.TryGetValue(field, out var place))
                return place;
            var end = field.LastIndexOfAny(['.', '[']);
            if (end < 0)
                return At;
            field = field[..end];
        }
    }
}
