using Google.Protobuf;
using Platform.Common.V1;
using Platform.Tool.Output;

namespace Platform.Tool.Verification;

/// <summary>What differs between a service and the worker, in sentences.</summary>
internal static class Difference
{
    /// <summary>What is wrong with one resource; nothing when the service agrees with itself and the worker with the service.</summary>
    /// <param name="service">The service's name, for example <c>meetings</c>.</param>
    /// <param name="held">What the service has of it; null for nothing.</param>
    /// <param name="consumed">What the worker has of it; null for nothing.</param>
    public static IEnumerable<string> Of(string service, ResourceDigest? held, ResourceDigest? consumed)
    {
        if (held is null)
        {
            if (consumed is not null)
            {
                yield return $"{Terminal.Printable(consumed.ResourceName)}: the worker holds {VersionOf(consumed)}, {service} has "
                    + $"nothing of it.";
            }
            yield break;
        }
        var name = Terminal.Printable(held.ResourceName);
        foreach (var sentence in Within(name, service, held))
            yield return sentence;
        if (consumed is null)
        {
            yield return $"{name}: {service} holds {VersionOf(held)}, the worker has nothing of it.";
            yield break;
        }
        if (held.ResourceType != consumed.ResourceType)
        {
            yield return $"{name}: its type differs: {service} holds {Terminal.Printable(held.ResourceType)}, the worker "
                + $"{Terminal.Printable(consumed.ResourceType)}.";
        }
        if (held.Version != consumed.Version)
        {
            yield return $"{name}: its version differs: {service} holds {VersionOf(held)}, the worker {VersionOf(consumed)}.";
        }
        else if (held.Sha256 != consumed.Sha256)
        {
            yield return $"{name}: its content differs, although both hold {VersionOf(held)}: "
                + $"{service} holds {Short(held.Sha256)}, the worker {Short(consumed.Sha256)}.";
        }

        if (held.HistoryVersions != consumed.HistoryVersions)
        {
            yield return $"{name}: its history differs: {service} holds "
                + $"{Versions(held.HistoryVersions)}, the worker {Versions(consumed.HistoryVersions)}.";
        }
        else if (held.HistorySha256 != consumed.HistorySha256)
        {
            yield return $"{name}: its history differs, although both hold {Versions(held.HistoryVersions)}: "
                + $"{service} holds {Short(held.HistorySha256)}, the worker {Short(consumed.HistorySha256)}.";
        }
    }

    // What the service holds now is the newest version of its own change log.
    private static IEnumerable<string> Within(string name, string service, ResourceDigest held)
    {
        if (held.HistoryVersions == 0)
        {
            yield return $"{name}: {service} holds {VersionOf(held)}, but its change log has nothing of it.";
        }
        else if (held.Version == 0)
        {
            yield return $"{name}: {service} does not hold it, but its change log has {Versions(held.HistoryVersions)} of it.";
        }
        else if (held.Version != held.HistoryVersions)
        {
            yield return $"{name}: {service} holds {VersionOf(held)}, but its change log has {Versions(held.HistoryVersions)} of it.";
        }
        else if (held.Sha256 != held.NewestSha256)
        {
            yield return $"{name}: {service} holds {Short(held.Sha256)}, but the newest version in its "
                + $"change log is {Short(held.NewestSha256)}.";
        }
    }

    private static string VersionOf(ResourceDigest digest) => digest.Version == 0 ? "no version of it" : $"version {digest.Version}";

    private static string Versions(long number) => number == 1 ? "1 version" : $"{number:N0} versions";

    // Enough to tell two apart; the comparison used the whole hash.
    private static string Short(ByteString hash) => hash.IsEmpty ? "nothing" : $"SHA-256 {Convert.ToHexStringLower(hash.Span)[..12]}…";
}
