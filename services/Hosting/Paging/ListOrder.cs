using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Platform.Hosting.Validation;

namespace Platform.Hosting.Paging;

/// <summary>The order that a list request asks for in its <c>order_by</c>.</summary>
internal sealed class ListOrder
{
    private readonly List<(List<FieldDescriptor> Path, bool Descending)> _keys = [];

    /// <summary>The order of a request; null when it asks for none. Refuses what is not a field or has no order.</summary>
    public static ListOrder? Of(IMessage request, MessageDescriptor resource)
    {
        if (request.Descriptor.FindFieldByName("order_by") is not { } field
            || (string)field.Accessor.GetValue(request) is not { Length: > 0 } text)
        {
            return null;
        }
        var (order, violations) = (new ListOrder(), new FieldViolations());
        foreach (var part in text.Split(','))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length is 0 or > 2 || (words.Length == 2 && words[1] is not ("asc" or "desc")))
            {
                violations.Add("order_by",
                    "Must be fields with commas between them, each with asc or desc if wanted: effective_date desc, name.");
            }
            else if (PathOf(words[0], resource) is { } path)
            {
                order._keys.Add((path, words.Length == 2 && words[1] == "desc"));
            }
            else
            {
                violations.Add("order_by", $"\"{words[0]}\" is not a field of {resource.Name} by which it can be ordered.");
            }
        }
        violations.ThrowIfAny();
        return order;
    }

    /// <summary>True when a request asks how many there are in all.</summary>
    public static bool Counts(IMessage request) =>
        request.Descriptor.FindFieldByName("count_total") is { } field && (bool)field.Accessor.GetValue(request);

    /// <summary>The resources in this order; by name where it does not decide.</summary>
    public IEnumerable<T> Sort<T>(IEnumerable<T> resources) where T : IResource
    {
        var sorted = resources.OrderBy(_ => 0);
        foreach (var (path, descending) in _keys)
        {
            sorted = descending
                ? sorted.ThenByDescending(r => ValueOf(r, path), ValueComparer.Instance)
                : sorted.ThenBy(r => ValueOf(r, path), ValueComparer.Instance);
        }
        return sorted.ThenBy(r => r.Name, StringComparer.Ordinal);
    }

    private static List<FieldDescriptor>? PathOf(string text, MessageDescriptor resource)
    {
        var (path, message) = (new List<FieldDescriptor>(), resource);
        foreach (var name in text.Split('.'))
        {
            if (message?.FindFieldByName(name) is not { IsRepeated: false } field)
                return null;
            path.Add(field);
            message = field.FieldType == FieldType.Message ? field.MessageType : null;
        }
        var last = path[^1];
        return last.FieldType is not FieldType.Message and not FieldType.Bytes || last.MessageType == Timestamp.Descriptor ? path : null;
    }

    private static object? ValueOf(IMessage resource, List<FieldDescriptor> path)
    {
        object? value = resource;
        foreach (var field in path)
            value = value is IMessage message ? field.Accessor.GetValue(message) : null;
        return value;
    }

    // Absent values come first.
    private sealed class ValueComparer : IComparer<object?>
    {
        public static ValueComparer Instance { get; } = new();

        public int Compare(object? x, object? y) => (x, y) switch
        {
            (null, null) => 0,
            (null, _) => -1,
            (_, null) => 1,
            (string first, string second) => string.CompareOrdinal(first, second),
            (Timestamp first, Timestamp second) => first.CompareTo(second),
            (IComparable first, _) => first.CompareTo(y),
            _ => 0,
        };
    }
}
