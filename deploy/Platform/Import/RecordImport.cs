using Grpc.Core;
using Platform.Tool.Client;
using Platform.Tool.Output;

namespace Platform.Tool.Import;

/// <summary>How an import ended.</summary>
/// <param name="Accepted">How many entries the server holds now.</param>
/// <param name="Refusals">The entries that were refused, with the server's reason, or not sent, with the cause.</param>
internal sealed record ImportOutcome(int Accepted, IReadOnlyList<Problem> Refusals);

/// <summary>
/// Sends the entries of a record, one after the other in its order, because later ones name earlier ones. A refused
/// entry does not end the import: what does not depend on it is recorded, and one run reports every refusal.
/// </summary>
internal sealed class RecordImport(RetryingClient calls)
{
    private readonly RecordedChanges _recorded = new(calls);

    /// <summary>Sends every entry.</summary>
    /// <param name="entries">The entries, in order.</param>
    /// <param name="sent">Receives the number of entries handled so far.</param>
    /// <param name="cancel">Cancels the import, between two entries.</param>
    public async Task<ImportOutcome> RunAsync(IReadOnlyList<Entry> entries, Action<int> sent, CancellationToken cancel)
    {
        var refusals = new List<Problem>();
        var refused = new Dictionary<string, Place>(StringComparer.Ordinal);
        var accepted = 0;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            // Do not apply a change to a resource other than the one the record describes.
            if (refused.TryGetValue(entry.Name, out var cause))
            {
                refusals.Add(new Problem(entry.At, entry.Kind.NamePath,
                    $"\"{entry.Name}\" was not changed, because its entry at {cause} was refused."));
            }
            else if (await SendAsync(entry, cancel) is { Count: > 0 } problems)
            {
                refusals.AddRange(problems);
                refused.Add(entry.Name, entry.At);
            }
            else
            {
                accepted++;
            }
            sent(i + 1);
        }
        return new ImportOutcome(accepted, refusals);
    }

    private async Task<List<Problem>> SendAsync(Entry entry, CancellationToken cancel)
    {
        try
        {
            // A change that another officer recorded from the same files must not be made once more.
            if (!entry.Kind.IsCreate && await _recorded.HasAsync(entry, cancel))
                return [];
            await calls.SendAsync(entry.Kind.Method, entry.Request, cancel);
            return [];
        }
        catch (RpcException e) when (ServerError.Of(e).Reason == "RESOURCE_EXISTS")
        {
            return await _recorded.HasAsync(entry, cancel) ? [] : TellDifferences(entry, await _recorded.DifferencesAsync(entry, cancel));
        }
        catch (RpcException e)
        {
            var refusal = ServerError.Of(e);
            return refusal.Code is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.Unimplemented
                // Every further entry would be refused for the same reason.
                ? throw new CommandException($"The import ended at {entry.At}: {refusal.Reason}: {refusal.Sentence}", e)
                : Tell(entry, refusal);
        }
    }

    private static List<Problem> TellDifferences(Entry entry, IReadOnlyList<(string Field, string Sentence)> differences) =>
    [
        .. differences.Select(d => new Problem(entry.PlaceOf(d.Field), d.Field, $"RESOURCE_EXISTS: \"{entry.Name}\" exists with other "
            + $"content: {d.Sentence}. To change what is recorded, write the entry as it was recorded and add an entry "
            + $"update_{entry.Kind.Key}.")),
    ];

    private static List<Problem> Tell(Entry entry, ServerError refusal)
    {
        return refusal.Fields.Count > 0
            ? [.. refusal.Fields.Select(f => new Problem(entry.PlaceOf(f.Field), f.Field, $"{refusal.Reason}: {f.Sentence}"))]
            : [new Problem(entry.At, entry.Name, $"{refusal.Reason}: {refusal.Sentence}")];
    }
}
