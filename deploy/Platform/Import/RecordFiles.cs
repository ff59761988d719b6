using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Hosting.Resources;
using Platform.Tool.Output;
using YamlDotNet.RepresentationModel;

namespace Platform.Tool.Import;

/// <summary>A record as its files say it, in the order in which it is to be sent.</summary>
/// <param name="Files">How many files it has.</param>
/// <param name="Entries">Its entries; complete only when there are no problems.</param>
/// <param name="Problems">Its problems.</param>
internal sealed record RecordContent(int Files, IReadOnlyList<Entry> Entries, IReadOnlyList<Problem> Problems);

/// <summary>
/// Reads a record: a folder of YAML files, each with a list <c>records</c> of entries and, at its head,
/// <c>document</c> and <c>effective_date</c>, which hold for every entry that does not give its own. A file
/// <c>record.yaml</c> gives the record's title and lists the files in their order; a folder with a single file needs none.
/// </summary>
internal sealed class RecordFiles
{
    private const string Index = "record.yaml";
    private const string Title = "title";
    private const string Files = "files";
    private const string Records = "records";
    private const string Document = "document";
    private const string EffectiveDate = "effective_date";

    private readonly List<Problem> _problems = [];
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, Place> _created = new(StringComparer.Ordinal);
    private readonly RequestIds _requestIds = new();

    private RecordFiles()
    {
    }

    /// <summary>Reads a folder.</summary>
    public static RecordContent ReadFolder(string folder)
    {
        var record = new RecordFiles();
        var paths = record.FilesOf(folder);
        return record.Read([.. paths.Select(p => (p, InputFile.Read(p)))]);
    }

    /// <summary>Reads files in the order given.</summary>
    public static RecordContent ReadFiles(params IReadOnlyList<(string Name, byte[] Content)> files) => new RecordFiles().Read(files);

    private RecordContent Read(IReadOnlyList<(string Name, byte[] Content)> files)
    {
        foreach (var (name, content) in files)
        {
            if (ReadHead(name, content) is { } head)
                ReadEntries(head);
        }
        // In the order of the files; what is wrong with a file as a whole was found before what is wrong in it.
        var order = files.Select((f, i) => (f.Name, i)).ToDictionary(f => f.Name, f => f.i);
        var problems = _problems.OrderBy(p => order.GetValueOrDefault(p.At.File, -1)).ThenBy(p => p.At.Line).ThenBy(p => p.At.Column);
        return new RecordContent(files.Count, _entries, [.. problems]);
    }

    private List<string> FilesOf(string folder)
    {
        var index = Path.Combine(folder, Index);
        var present = Directory.EnumerateFiles(folder)
            .Where(p => Path.GetExtension(p).ToLowerInvariant() is ".yaml" or ".yml" && p != index).Order(StringComparer.Ordinal).ToList();
        if (File.Exists(index))
            return ReadIndex(index, folder, present);
        if (present.Count > 1)
        {
            _problems.Add(new Problem(new Place(index, 1, 1), "", $"Does not exist. Write it, with a list {Files} that gives the order "
                + $"of the {present.Count} files: entries can name only what was recorded before them."));
        }
        return present;
    }

    private List<string> ReadIndex(string index, string folder, List<string> present)
    {
        var listed = new List<string>();
        if (YamlFile.Read(index, InputFile.Read(index), _problems) is not { } root)
            return listed;
        var reader = new MessageReader(index, "", _problems);
        YamlSequenceNode? files = null;
        foreach (var (keyNode, value) in ((root as YamlMappingNode) ?? new YamlMappingNode()).Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            if (key == Files && value is YamlSequenceNode list)
                files = list;
            else if (key == Files)
                reader.Add(value, key, $"Must be a list, not {MessageReader.KindOf(value)}.");
            else if (key == Title && value is not YamlScalarNode)
                reader.Add(value, key, $"Must be text, not {MessageReader.KindOf(value)}.");
            else if (key != Title)
                reader.Add(keyNode, key, $"Is not known here. Write one of {Title}, {Files}.");
        }
        if (files is null)
        {
            if (_problems.Count == 0)
                reader.Add(root, Files, "Must be given: the record's files in their order.");
            return listed;
        }
        foreach (var node in files.Children)
        {
            var name = (node as YamlScalarNode)?.Value ?? "";
            var path = Path.Combine(folder, name);
            if (listed.Contains(path))
                reader.Add(node, Files, $"\"{name}\" is listed twice.");
            else if (!present.Contains(path))
                reader.Add(node, Files, $"\"{name}\" is not the name of a .yaml file beside this one.");
            else
                listed.Add(path);
        }
        foreach (var path in present.Except(listed))
            reader.Add(files, Files, $"\"{Path.GetFileName(path)}\" is not listed. List it, or move it out of the folder.");
        return listed;
    }

    private Head? ReadHead(string file, byte[] content)
    {
        if (YamlFile.Read(file, content, _problems) is not { } root)
            return null;
        var reader = new MessageReader(file, "", _problems);
        if (root is not YamlMappingNode mapping)
        {
            reader.Add(root, "", $"The file must begin with {Document}, {EffectiveDate} and {Records}, but it is "
                + $"{MessageReader.KindOf(root)}.");
            return null;
        }
        var (document, effectiveDate) = ("", "");
        YamlSequenceNode? records = null;
        foreach (var (keyNode, value) in mapping.Children)
        {
            var key = (keyNode as YamlScalarNode)?.Value ?? "";
            switch (key)
            {
                case Document or EffectiveDate when value is not YamlScalarNode || MessageReader.IsNothing(value):
                    reader.Add(value, key, $"Must be text, not {MessageReader.KindOf(value)}.");
                    break;
                case Document:
                    document = ((YamlScalarNode)value).Value!;
                    if (!ResourceNames.Matches(document, "documents/*"))
                        reader.Add(value, key, $"\"{document}\" is not the name of a document, for example documents/ahg-som-7.");
                    break;
                case EffectiveDate:
                    effectiveDate = ((YamlScalarNode)value).Value!;
                    reader.CheckDay(value, key, effectiveDate);
                    break;
                case Records when value is YamlSequenceNode list:
                    records = list;
                    break;
                case Records:
                    reader.Add(value, key, $"Must be a list, not {MessageReader.KindOf(value)}.");
                    break;
                default:
                    reader.Add(keyNode, key, $"Is not known here. Write one of {Document}, {EffectiveDate}, {Records}.");
                    break;
            }
        }
        if (records is null && !mapping.Children.ContainsKey(new YamlScalarNode(Records)))
            reader.Add(root, Records, "Must be given: the list of the file's entries.");
        return records is null ? null : new Head(file, document, effectiveDate, records);
    }

    private void ReadEntries(Head head)
    {
        foreach (var node in head.Records.Children)
        {
            if (ReadEntry(head, node) is { } entry)
                _entries.Add(entry);
        }
    }

    private Entry? ReadEntry(Head head, YamlNode node)
    {
        var reader = new MessageReader(head.File, head.Document, _problems);
        if (node is not YamlMappingNode { Children.Count: 1 } mapping)
        {
            reader.Add(node, "", node is YamlMappingNode several
                ? $"An entry has one heading, for example \"meeting:\", with its fields indented below it. This one has "
                    + $"{several.Children.Count}: is a field not indented?"
                : $"Must be an entry, for example \"meeting:\" with its fields below it, not {MessageReader.KindOf(node)}.");
            return null;
        }
        var (keyNode, value) = mapping.Children[0];
        var key = (keyNode as YamlScalarNode)?.Value ?? "";
        if (EntryKind.Of(key) is not { } kind)
        {
            reader.Add(keyNode, key, $"Is no kind of entry. Write one of {string.Join(", ", EntryKind.Keys)}.");
            return null;
        }

        var found = _problems.Count;
        var request = kind.Method.InputType.Parser.ParseFrom(ByteString.Empty);
        var content = request;
        var path = "";
        if (kind.Resource is not null)
        {
            content = kind.Resource.MessageType.Parser.ParseFrom(ByteString.Empty);
            kind.Resource.Accessor.SetValue(request, content);
            path = kind.Resource.Name;
        }
        var written = reader.Read(content, value, path, kind.IsUpdate ? request : null);
        if (value is not YamlMappingNode)
            return null;

        var at = YamlFile.PlaceOf(head.File, keyNode.Start);
        var name = (string)content.Descriptor.FindFieldByName("name").Accessor.GetValue(content);
        CheckName(kind, name, reader, keyNode, at);
        Complete(kind, request, content, written, head, reader, keyNode);
        if (_problems.Count > found)
            return null;
        var requestId = _requestIds.Next(kind.Method, request);
        request.Descriptor.FindFieldByName(EntryKind.RequestId).Accessor.SetValue(request, requestId);
        return new Entry(kind, at, name, request, reader.Places);
    }

    private void CheckName(EntryKind kind, string name, MessageReader reader, YamlNode keyNode, Place at)
    {
        if (name.Length == 0)
        {
            // A name of the wrong type has been reported already.
            if (!reader.Places.TryGetValue(kind.NamePath, out var empty))
                reader.Add(keyNode, kind.NamePath, "Must be given.");
            else if (!_problems.Exists(p => p.At == empty))
                _problems.Add(new Problem(empty, kind.NamePath, "Must not be empty."));
            return;
        }
        var place = reader.Places.GetValueOrDefault(kind.NamePath, at);
        if (!ResourceNames.IsName(name))
        {
            _problems.Add(new Problem(place, kind.NamePath,
                $"\"{name}\" is not a valid resource name. Write collections and ids in turn, for example "
                    + "meetings/ahg-som-7, each id being 1 to 63 lower-case letters, digits and hyphens that begin with a "
                    + "letter or digit."));
        }
        else if (kind.IsCreate && !_created.TryAdd(name, place))
        {
            _problems.Add(new Problem(place, kind.NamePath,
                $"\"{name}\" is recorded already at {_created[name]}. Choose another name, or write update_{kind.Key} to change it."));
        }
    }

    private static void Complete(EntryKind kind, IMessage request, IMessage content, HashSet<string> written, Head head,
        MessageReader reader, YamlNode keyNode)
    {
        if (kind.IsUpdate)
        {
            var mask = new FieldMask { Paths = { written.Where(f => f != "name").Order(StringComparer.Ordinal) } };
            if (mask.Paths.Count == 0)
                reader.Add(keyNode, kind.Resource!.Name, "Names no field to change.");
            if (kind.Method.InputType.FindFieldByName(EntryKind.ChangeDate).RealContainingOneof.Accessor
                .GetCaseFieldDescriptor(request) is null)
            {
                reader.Add(keyNode, EntryKind.ChangeDate,
                    "Say why there is a new version: change_date, the day on which the world changed, or "
                    + "correction, with the version that was wrong and the reason.");
            }
            kind.Method.InputType.FindFieldByName(EntryKind.UpdateMask).Accessor.SetValue(request, mask);
        }
        else if (kind.IsCreate && content.Descriptor.FindFieldByName(EffectiveDate) is { } date
            && ((string)date.Accessor.GetValue(content)).Length == 0)
        {
            date.Accessor.SetValue(content, head.EffectiveDate);
        }
    }

    private sealed record Head(string File, string Document, string EffectiveDate, YamlSequenceNode Records);
}
