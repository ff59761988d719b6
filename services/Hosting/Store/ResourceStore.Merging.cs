using System.Globalization;
using Google.Protobuf;
using Platform.Common.V1;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Errors;
using Platform.Hosting.Resources;
using Platform.Hosting.Versions;

namespace Platform.Hosting.Store;

// Two resources that turn out to be one. Every step may be repeated: what an attempt that was broken off has done is found
// done by the next.
public sealed partial class ResourceStore
{
    private const int MergeBlockSize = 200;

    /// <summary>The resource into which another was merged; null where it was not.</summary>
    internal async Task<string?> MergedIntoAsync(string name, CancellationToken cancel) =>
        (await _engine.MergedIntoAsync([name], cancel)).GetValueOrDefault(name);

    /// <summary>Records what is below a resource below another.</summary>
    internal async Task CopyBelowAsync(string name, string into, WriteRequest request, CancellationToken cancel)
    {
        foreach (var (type, child, _) in await BelowAsync(name, cancel))
        {
            var copy = into + child[name.Length..];
            await CopyAsync(child, copy, type, name, into, request, cancel);
            await CopyBelowAsync(child, copy, request, cancel);
        }
    }

    /// <summary>Refuses when two resources have something below them by the same name.</summary>
    internal async Task CheckNothingBelowBothAsync(string name, string into, CancellationToken cancel)
    {
        var own = new WriteRequest("");
        foreach (var (type, child, state) in await BelowAsync(name, cancel))
        {
            var copy = into + child[name.Length..];
            // What an earlier attempt copied is the same but for what it names.
            if ((await _engine.FindForWriteAsync(copy, type.Name, own, cancel)).Stored is { IsRemoved: false } stored
                && !IsCopy(type.Parse(state), type.Parse(stored.State), name, into))
            {
                throw Conflict(child, copy);
            }
        }
    }

    /// <summary>Retracts what is below a resource and, last, the resource itself, which goes on as another.</summary>
    internal async Task RetractMergedAsync(string name, string into, string reason, WriteRequest request, CancellationToken cancel)
    {
        var own = new WriteRequest(request.Actor);
        foreach (var (_, child, _) in await BelowAsync(name, cancel))
            await RetractMergedAsync(child, into + child[name.Length..], reason, own, cancel);
        var type = _schema.OfName(name)!;
        await RemoveAsync(name, type.Name, "", request,
            record => new NewVersion(record, ChangeKind.Retracted) { Reason = reason, MergedInto = into }, cancel);
    }

    /// <summary>Corrects what names a resource, so that it names another; returns how many resources that were.</summary>
    internal async Task<int> ReplaceReferencesAsync(string name, string into, string reason, WriteRequest request, bool validateOnly,
        CancellationToken cancel)
    {
        var (count, after) = (0, "");
        while (true)
        {
            var (block, more) = await FindContainingAsync(name, after, MergeBlockSize, cancel);
            foreach (var (other, typeName, state) in block)
            {
                var type = _schema[typeName];
                // What is below the resource moves, and what is below the other is new.
                if (other == name || other.StartsWith($"{name}/", StringComparison.Ordinal)
                    || !PartyFilter.Names(name, type.Parse(state)))
                {
                    continue;
                }
                count++;
                var replaced = type.Parse(state);
                References.Replace(replaced, name, into);
                var renamed = type.NameOf?.Invoke(replaced) ?? other;
                if (validateOnly)
                {
                    if (renamed != other && await _engine.FindAsync(renamed, type.Name, cancel) is not null)
                        throw Conflict(other, renamed);
                    continue;
                }
                if (renamed == other)
                    await CorrectHistoryAsync(other, type, name, into, reason, request, cancel);
                else
                    await MoveAsync(other, renamed, type, name, into, reason, request, cancel);
            }
            if (!more)
                return count;
            after = block[^1].Name;
        }
    }

    private async Task<T?> FindMergedAsync<T>(string name, ReadRequest read, CancellationToken cancel) where T : class, IResource,
        IMessage<T>, new() =>
        await MergedIntoAsync(name, cancel) is { } into ? await FindAsync<T>(into, read, cancel) : null;

    private async Task MoveAsync(string from, string to, ResourceType type, string name, string into, string reason, WriteRequest request,
        CancellationToken cancel)
    {
        await CopyAsync(from, to, type, name, into, request, cancel);
        await RemoveAsync(from, type.Name, "", request,
            record => new NewVersion(record, ChangeKind.Retracted) { Reason = reason, MergedInto = to }, cancel);
    }

    // On every day: each version that names the resource is corrected.
    private async Task CorrectHistoryAsync(string other, ResourceType type, string name, string into, string reason, WriteRequest request,
        CancellationToken cancel)
    {
        var places = Bitemporal.Places(await _log.VersionsAsync([other], cancel)).Select(p => p.Version).ToList();
        await foreach (var row in _log.WithStatesAsync(places, cancel))
        {
            if (row.Kind is ChangeKind.Ended or ChangeKind.Retracted || !PartyFilter.Names(name, type.Parse(row.State)))
                continue;
            await ChangeAsync(other, type, "", request, resource =>
            {
                References.Replace(resource, name, into);
                return ChangeBasis.Correcting(row.Version, reason);
            }, cancel, row.Version);
        }
    }

    // The whole history under another name, oldest first.
    private async Task CopyAsync(string from, string to, ResourceType type, string name, string into, WriteRequest request,
        CancellationToken cancel)
    {
        var copied = (await _engine.FindForWriteAsync(to, type.Name, request, cancel)).Stored?.Version ?? 0;
        var places = Bitemporal.Places(await _log.VersionsAsync([from], cancel)).Select(p => p.Version).ToList();
        await foreach (var row in _log.WithStatesAsync([.. places.Skip((int)copied)], cancel))
        {
            var day = row.EffectiveDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            if (row.Kind == ChangeKind.Ended)
            {
                await EndAsync(to, type.Name, "", request, day, row.Reason, cancel);
                continue;
            }
            var copy = type.Parse(row.State);
            References.Replace(copy, name, into);
            (copy.Name, copy.EffectiveDate) = (to, day);
            if (copied == 0 && row.Version == places[0].Version)
            {
                await CreateAsync(copy, request, cancel);
                continue;
            }
            await WriteAsync(to, type, "", request, (now, _) => Task.FromResult<NewVersion?>(
                new NewVersion(copy, ChangeKind.Changed) { PreviousEntries = type.IndexEntriesOf(now) }), cancel);
        }
    }

    private static bool IsCopy(IResource original, IResource copy, string name, string into)
    {
        References.Replace(original, name, into);
        foreach (var each in new[] { original, copy })
            (each.Version, each.Etag, each.RecordTime) = (0, "", null!);
        return original.Equals(copy);
    }

    private static ApiException Conflict(string one, string other) => ApiError.RuleViolated(Rule.MergeConflict,
        $"\"{one}\" would become \"{other}\", which is there already. Retract the one of the two that is wrong, then merge again.");
}
