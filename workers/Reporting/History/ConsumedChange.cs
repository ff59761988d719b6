using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;

namespace Platform.Reporting.History;

/// <summary>A change as the projection stores it.</summary>
/// <param name="Service">The service whose log has it.</param>
/// <param name="Position">Its place there.</param>
/// <param name="ResourceName">Resource name.</param>
/// <param name="ResourceType">Name of the resource's message, for example <c>Meeting</c>.</param>
/// <param name="Version">Version of the resource, counted from 1.</param>
/// <param name="Kind">What the change did.</param>
/// <param name="EffectiveDate">First clock: the day, ISO 8601.</param>
/// <param name="RecordTime">Second clock: microseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="State">The resource after the change, protobuf's binary form.</param>
/// <param name="CorrectedVersion">The version in whose place it stands; 0 where it corrects none.</param>
/// <param name="Reason">Why the record was corrected, the resource ended or was retracted.</param>
/// <param name="IsCurrent">The resource was what the change carries once it was made.</param>
/// <param name="LogId">The log that has it.</param>
/// <param name="TraceParent">The call that made it, as W3C Trace Context; empty where the call was not sampled.</param>
internal sealed record ConsumedChange(
    string Service,
    long Position,
    string ResourceName,
    string ResourceType,
    long Version,
    ChangeKind Kind,
    string EffectiveDate,
    long RecordTime,
    byte[] State,
    long CorrectedVersion,
    string Reason,
    bool IsCurrent,
    string LogId,
    string TraceParent)
{
    private const int MaxNameLength = 1000;

    /// <summary>Reads a change; throws <see cref="InvalidDataException"/> with a sentence when a report could not be
    /// built from it.</summary>
    /// <param name="service">The service it comes from.</param>
    /// <param name="change">The change.</param>
    public static ConsumedChange Of(string service, IChange change)
    {
        if (change.Metadata is not { } metadata)
            throw new InvalidDataException($"A change of {service} carries no metadata.");
        InvalidDataException Invalid(string what) =>
            new($"The change of \"{metadata.ResourceName}\" at position {metadata.Position} of {service} {what}.");

        if (metadata.Position < 1)
            throw Invalid("has no position");
        if (metadata.LogId.Length == 0)
            throw Invalid("does not say which log it is of");
        if (metadata.ResourceName.Length == 0)
            throw Invalid("names no resource");
        if (metadata.ResourceName.Length > MaxNameLength)
        {
            throw new InvalidDataException($"The change at position {metadata.Position} of {service} has a resource name of "
                + $"{metadata.ResourceName.Length} characters; no resource has more than {MaxNameLength}.");
        }
        if (metadata.ResourceVersion < 1)
            throw Invalid("has no version");
        if (metadata.Kind is < ChangeKind.Created or > ChangeKind.Retracted)
            throw Invalid($"is of a kind that this version does not know ({(int)metadata.Kind})");
        if (metadata.CorrectedVersion < 0 || metadata.CorrectedVersion >= metadata.ResourceVersion)
            throw Invalid($"corrects version {metadata.CorrectedVersion}, which does not come before it");
        if (!DateOnly.TryParseExact(metadata.EffectiveDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            throw Invalid($"has the effective date \"{metadata.EffectiveDate}\", which is not a valid day");
        if (ResourceTypes.ResourceOf(change) is not { } resource)
            throw Invalid("carries no resource that this version knows");
        if (resource.Descriptor.Name != metadata.ResourceType)
            throw Invalid($"says that it is of type \"{metadata.ResourceType}\" and carries a resource of type {resource.Descriptor.Name}");
        return new ConsumedChange(
            service, metadata.Position, metadata.ResourceName, metadata.ResourceType, metadata.ResourceVersion, metadata.Kind,
                metadata.EffectiveDate,
            Microseconds(metadata.RecordTime ?? throw Invalid("has no recorded time")), resource.ToByteArray(),
            metadata.CorrectedVersion, metadata.Reason, metadata.Current, metadata.LogId, metadata.TraceParent);
    }

    /// <summary>A moment as the worker's databases have it.</summary>
    public static long Microseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    private static long Microseconds(Timestamp time) => (time.Seconds * 1_000_000) + (time.Nanos / 1000);
}
