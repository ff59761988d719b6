using System.Collections;
using Google.Protobuf;
using Grpc.Core;
using Platform.Tool.Client;

namespace Platform.Tool.Import;

/// <summary>
/// What is recorded of the resources that entries are about, whoever recorded it: a second officer who imports the same
/// files finds everything there already.
/// </summary>
internal sealed class RecordedChanges(RetryingClient calls)
{
    private readonly Dictionary<string, IReadOnlyList<IChange>> _changes = new(StringComparer.Ordinal);

    /// <summary>True when the very request of an entry was carried out before: its id is made from its content.</summary>
    public async Task<bool> HasAsync(Entry entry, CancellationToken cancel) =>
        (await OfAsync(entry, cancel)).Any(c => c.Metadata.RequestId == entry.RequestId);

    /// <summary>
    /// In which fields a resource was first recorded otherwise than an entry says, each with both values; none when it was
    /// recorded alike.
    /// </summary>
    public async Task<IReadOnlyList<(string Field, string Sentence)>> DifferencesAsync(Entry entry, CancellationToken cancel)
    {
        var first = (await OfAsync(entry, cancel))[0];
        var recorded = (IMessage)first.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(first)!.Accessor.GetValue(first);
        return
        [
            .. recorded.Descriptor.Fields.InDeclarationOrder()
                .Where(f => !ResourceFields.OutputOnly.Contains(f.Name)
                    && !Equals(f.Accessor.GetValue(recorded), f.Accessor.GetValue(entry.Content)))
                .Select(f => ($"{entry.Kind.Resource!.Name}.{f.Name}",
                    $"{TextOf(f.Accessor.GetValue(recorded))} is recorded, {TextOf(f.Accessor.GetValue(entry.Content))} is written here")),
        ];
    }

    private async Task<IReadOnlyList<IChange>> OfAsync(Entry entry, CancellationToken cancel)
    {
        if (_changes.TryGetValue(entry.Name, out var known))
            return known;
        var list = entry.Kind.Method.Service.FindMethodByName("ListChanges");
        var request = list.InputType.Parser.ParseFrom(ByteString.Empty);
        list.InputType.FindFieldByName("name").Accessor.SetValue(request, entry.Name);
        // The first are enough: an import records a resource before it changes it.
        list.InputType.FindFieldByName("page_size").Accessor.SetValue(request, 1000);
        IReadOnlyList<IChange> changes = [];
        try
        {
            var answer = await calls.SendAsync(list, request, cancel);
            changes = [.. ((IList)list.OutputType.FindFieldByName("changes").Accessor.GetValue(answer)).Cast<IChange>()];
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            // Nothing is recorded of it yet.
            return changes;
        }
        return _changes[entry.Name] = changes;
    }

    private static string TextOf(object? value)
    {
        const int MaxLength = 100;
        var text = value switch
        {
            null => "nothing",
            IList { Count: 0 } => "nothing",
            string words => words.Length == 0 ? "nothing" : $"\"{words}\"",
            _ => $"{value}",
        };
        return text.Length <= MaxLength ? text : text[..MaxLength] + "…";
    }
}
