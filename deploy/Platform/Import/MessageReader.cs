using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Platform.Common.V1;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Platform.Tool.Import;

/// <summary>
/// Fills a message of the API from YAML, led by the message's descriptor alone, and notes every mistake with its
/// place. Besides the message's own fields an entry may use <c>at</c>, short for sources in the file's document.
/// </summary>
internal sealed class MessageReader(string file, string defaultDocument, List<Problem> problems)
{
    private const string At = "at";
    private const string Document = "document";
    private const string Sources = "sources";

    // Fields that the server or the importer sets.
    private static readonly HashSet<string> NotWritten =
        new([.. ResourceFields.OutputOnly, EntryKind.RequestId, EntryKind.UpdateMask], StringComparer.Ordinal);

    // Why an update makes a new version: exactly one is required.
    private static readonly string[] Basis = [EntryKind.ChangeDate, EntryKind.Correction];

    /// <summary>The place of each field, by its path.</summary>
    public Dictionary<string, Place> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Fills a message.
    /// </summary>
    /// <param name="target">The message, empty.</param>
    /// <param name="node">The node.</param>
    /// <param name="path">Path of the message; empty for a request.</param>
    /// <param name="update">The request of an update, of which why there is a new version may be written here too.</param>
    /// <returns>The fields that were written.</returns>
    public HashSet<string> Read(IMessage target, YamlNode node, string path, IMessage? update = null)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        if (node is not YamlMappingNode mapping)
        {
            Add(node, path, $"Must be a group of fields ({string.Join(", ", Writable(target.Descriptor))}), not {KindOf(node)}.");
            return written;
        }
        foreach (var (keyNode, value) in mapping.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            if (update is not null && Basis.Contains(key))
            {
                if (update.Descriptor.FindFieldByName(key).RealContainingOneof.Accessor.GetCaseFieldDescriptor(update) is { } given)
                    Add(keyNode, key, $"Stands beside {given.Name}; only one of {string.Join(", ", Basis)} can be given.");
                ReadField(update, update.Descriptor.FindFieldByName(key), value, key);
            }
            else if (key == At && SourcesOf(target.Descriptor) is { } sources)
            {
                written.Add(Sources);
                ReadAt(target, sources, value, Join(path, Sources));
            }
            else if (Find(target.Descriptor, key) is { } field)
            {
                if (field.RealContainingOneof is { } oneof
                    && written.FirstOrDefault(w => target.Descriptor.FindFieldByName(w).RealContainingOneof == oneof) is { } sibling)
                {
                    Add(keyNode, Join(path, key), $"Stands beside {sibling}; only one of "
                        + $"{string.Join(", ", oneof.Fields.Select(f => f.Name))} can be given.");
                }
                written.Add(key);
                ReadField(target, field, value, Join(path, key));
            }
            else
            {
                Add(keyNode, Join(path, key), UnknownKey(target.Descriptor, key, update is null ? [] : Basis));
            }
        }
        if (path.Length > 0)
            FillDocument(target, node, path);
        return written;
    }

    /// <summary>Notes a problem at a node.</summary>
    public void Add(YamlNode node, string field, string sentence) =>
        problems.Add(new Problem(YamlFile.PlaceOf(file, node.Start), field, sentence));

    /// <summary>Describes a node, for messages.</summary>
    public static string KindOf(YamlNode node) => node switch
    {
        YamlMappingNode => "a group of fields",
        YamlSequenceNode => "a list",
        _ => IsNothing(node) ? "nothing" : "text",
    };

    /// <summary>True for an empty value: <c>summary:</c> and nothing after it.</summary>
    public static bool IsNothing(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    /// <summary>Notes a problem when a text is not a day that exists.</summary>
    public void CheckDay(YamlNode node, string field, string value)
    {
        if (value.Length > 0 && !DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            Add(node, field, $"\"{Shown(value)}\" is not a valid date. Write an existing day as YYYY-MM-DD, for example 2013-03-05.");
    }

    private void ReadField(IMessage target, FieldDescriptor field, YamlNode value, string path)
    {
        Places.TryAdd(path, YamlFile.PlaceOf(file, value.Start));
        if (IsNothing(value))
        {
            Add(value, path, "Has no value. Write one, or leave the line out.");
            return;
        }
        if (!field.IsRepeated)
        {
            if (ReadValue(field, value, path) is { } single)
                field.Accessor.SetValue(target, single);
            return;
        }
        if (value is not YamlSequenceNode sequence)
        {
            Add(value, path, $"Must be a list, not {KindOf(value)}.");
            return;
        }
        var list = (IList)field.Accessor.GetValue(target);
        // Indexes are those of the request even when an earlier item was refused.
        for (var i = 0; i < sequence.Children.Count; i++)
        {
            var itemPath = Item(path, i);
            Places.TryAdd(itemPath, YamlFile.PlaceOf(file, sequence.Children[i].Start));
            if (ReadValue(field, sequence.Children[i], itemPath) is { } item)
                list.Add(item);
        }
    }

    // The value, or null with a problem noted.
    private object? ReadValue(FieldDescriptor field, YamlNode node, string path)
    {
        if (field.FieldType == FieldType.Message)
        {
            var message = NewMessage(field.MessageType);
            Read(message, node, path);
            return message;
        }
        if (node is not YamlScalarNode { Value: { } text } || IsNothing(node))
        {
            Add(node, path, $"Must be {WordFor(field)}, not {KindOf(node)}.");
            return null;
        }
        switch (field.FieldType)
        {
            case FieldType.String:
                if (IsDay(field))
                    CheckDay(node, path, text);
                return text;
            case FieldType.Bool:
                if (text is "true" or "false")
                    return text == "true";
                break;
            case FieldType.Int32:
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                    return number;
                break;
            case FieldType.Int64:
                if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large))
                    return large;
                break;
            case FieldType.Double:
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
                    return real;
                break;
            case FieldType.Enum:
                return ReadEnum(field.EnumType, node, text, path);
            default:
                throw new NotSupportedException($"{field.FullName}: a record cannot carry a field of type {field.FieldType}.");
        }
        Add(node, path, $"\"{Shown(text)}\" is not {WordFor(field)}.");
        return null;
    }

    private object? ReadEnum(EnumDescriptor type, YamlNode node, string text, string path)
    {
        var prefix = CommonPrefix(type);
        var allowed = type.Values.Where(v => v.Number != 0).ToDictionary(v => v.Name[prefix.Length..].ToLowerInvariant(), v => v.Number);
        if (allowed.TryGetValue(text, out var number))
            return Enum.ToObject(type.ClrType, number);
        Add(node, path, $"\"{Shown(text)}\" is not known. Write one of {string.Join(", ", allowed.Keys)}.");
        return null;
    }

    private void ReadAt(IMessage target, FieldDescriptor sources, YamlNode value, string path)
    {
        Places.TryAdd(path, YamlFile.PlaceOf(file, value.Start));
        var list = (IList)sources.Accessor.GetValue(target);
        foreach (var node in value is YamlSequenceNode sequence ? sequence.Children : [value])
        {
            if (node is not YamlScalarNode { Value: { } paragraph } || IsNothing(node))
            {
                Add(node, Join(path[..^Sources.Length].TrimEnd('.'), At),
                    $"Must be a paragraph or a list of paragraphs, for example ¶17, not {KindOf(node)}.");
                continue;
            }
            Places.TryAdd(Item(path, list.Count), YamlFile.PlaceOf(file, node.Start));
            var source = new SourceReference { Paragraph = paragraph };
            FillDocument(source, node, Item(path, list.Count));
            list.Add(source);
        }
    }

    // Sources and locators stand in the file's document where they name no other.
    private void FillDocument(IMessage target, YamlNode node, string path)
    {
        if (target.Descriptor.FindFieldByName(Document)
                is not { FieldType: FieldType.String, IsRepeated: false, RealContainingOneof: null } field
            || ((string)field.Accessor.GetValue(target)).Length > 0)
        {
            return;
        }
        if (defaultDocument.Length == 0)
            Add(node, Join(path, Document), "Must be given, here or as document at the head of the file.");
        else
            field.Accessor.SetValue(target, defaultDocument);
    }

    private static string UnknownKey(MessageDescriptor type, string key, IEnumerable<string> beside)
    {
        var known = Writable(type).Concat(SourcesOf(type) is null ? [] : [At]).Concat(beside);
        return !IsWritten(type, key) && type.FindFieldByName(key) is not null
            ? "Is set by the platform. Leave it out."
            : $"Is not known here. Write one of {string.Join(", ", known)}.";
    }

    private static FieldDescriptor? Find(MessageDescriptor type, string key) => IsWritten(type, key) ? type.FindFieldByName(key) : null;

    // A correction says itself which version was wrong.
    private static bool IsWritten(MessageDescriptor type, string key) =>
        !NotWritten.Contains(key) || (type == Correction.Descriptor && key == "version");

    private static IEnumerable<string> Writable(MessageDescriptor type) =>
        type.Fields.InDeclarationOrder().Select(f => f.Name).Where(n => IsWritten(type, n));

    private static FieldDescriptor? SourcesOf(MessageDescriptor type) =>
        type.FindFieldByName(Sources) is { IsRepeated: true } field && field.MessageType == SourceReference.Descriptor
            && type.FindFieldByName(At) is null ? field : null;

    // The protos' convention for a day of ISO 8601.
    private static bool IsDay(FieldDescriptor field) =>
        field.Name is "date" or "valid_from" or "valid_until" || field.Name.EndsWith("_date", StringComparison.Ordinal);

    // MEETING_STATUS_ of MeetingStatus: what buf's STANDARD lint demands of every value.
    private static string CommonPrefix(EnumDescriptor type) => type.Values[0].Name[..^"UNSPECIFIED".Length];

    private static IMessage NewMessage(MessageDescriptor type) => type.Parser.ParseFrom(ByteString.Empty);

    private static string WordFor(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Int32 or FieldType.Int64 => "a whole number",
        FieldType.Double => "a number",
        FieldType.Bool => "true or false",
        _ => "text",
    };

    private static string Join(string path, string field) => path.Length == 0 ? field : $"{path}.{field}";

    private static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    private static string Shown(string value) => value.Length <= 100 ? value : value[..100] + "…";
}
