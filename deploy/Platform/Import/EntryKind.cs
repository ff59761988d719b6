using System.Text;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Platform.Tool.Import;

/// <summary>
/// A kind of entry, made from a write of the API. Whatever a service offers as a write can stand in a record:
/// <c>CreateMeeting</c> as <c>meeting</c>, <c>UpdateMeeting</c> as <c>update_meeting</c>, any other by its own name
/// (<c>CloseCommitment</c> as <c>close_commitment</c>).
/// </summary>
/// <param name="Key">The key that heads the entry.</param>
/// <param name="Method">The method.</param>
/// <param name="Resource">The request's field for the resource, whose fields are the entry's; null where the request's own are.</param>
/// <param name="IsUpdate">True when the fields named are those that change.</param>
internal sealed record EntryKind(string Key, MethodDescriptor Method, FieldDescriptor? Resource, bool IsUpdate)
{
    /// <summary>The request's field that has the day on which the world changed; only updates have it.</summary>
    public const string ChangeDate = "change_date";

    /// <summary>The request's field that says which version was wrong, and why; only updates have it.</summary>
    public const string Correction = "correction";

    /// <summary>The request's field by which a retry is recognised.</summary>
    public const string RequestId = "request_id";

    /// <summary>The request's field that names what an update changes.</summary>
    public const string UpdateMask = "update_mask";

    private static readonly SortedDictionary<string, EntryKind> ByKey = Find();

    /// <summary>Every kind's key, in alphabetical order.</summary>
    public static IReadOnlyCollection<string> Keys => ByKey.Keys;

    /// <summary>True when entries of this kind record a resource for the first time.</summary>
    public bool IsCreate => Resource is not null && !IsUpdate;

    /// <summary>Path of the field that names the entry's resource.</summary>
    public string NamePath => Resource is null ? "name" : $"{Resource.Name}.name";

    /// <summary>The kind of a key, or null.</summary>
    public static EntryKind? Of(string key) => ByKey.GetValueOrDefault(key);

    private static SortedDictionary<string, EntryKind> Find()
    {
        var kinds = new SortedDictionary<string, EntryKind>(StringComparer.Ordinal);
        foreach (var service in PlatformServices.WithChangeLog.Select(s => s.Descriptor))
        {
            foreach (var method in service.Methods.Where(m => m.InputType.FindFieldByName(RequestId) is not null))
            {
                var isUpdate = method.InputType.FindFieldByName(UpdateMask)?.MessageType == FieldMask.Descriptor;
                var verb = isUpdate ? "Update" : "Create";
                var resource = method.Name.StartsWith(verb, StringComparison.Ordinal)
                    ? method.InputType.Fields.InDeclarationOrder()
                        .FirstOrDefault(f => f.FieldType == FieldType.Message && f.MessageType.Name == method.Name[verb.Length..])
                    : null;
                var key = resource is null ? SnakeCase(method.Name) : isUpdate ? $"update_{resource.Name}" : resource.Name;
                kinds.Add(key, new EntryKind(key, method, resource, resource is not null && isUpdate));
            }
        }
        return kinds;
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
