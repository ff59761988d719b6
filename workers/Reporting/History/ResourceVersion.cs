using Platform.Common.V1;
using Platform.Hosting.Versions;

namespace Platform.Reporting.History;

/// <summary>One version of a resource, as consumed from a service's change log.</summary>
/// <param name="ResourceName">Resource name, for example <c>meetings/ahg-som-7</c>.</param>
/// <param name="ResourceType">Name of its message, for example <c>Meeting</c>.</param>
/// <param name="Version">Version of the resource, counted from 1.</param>
/// <param name="Kind">What the change did.</param>
/// <param name="EffectiveDate">First clock: the day on which the change became true.</param>
/// <param name="RecordedTime">Second clock: the moment at which it was recorded, UTC.</param>
/// <param name="Record">The resource after the change; for a deletion its last state.</param>
public sealed record ResourceVersion(
    string ResourceName,
    string ResourceType,
    long Version,
    ChangeKind Kind,
    DateOnly EffectiveDate,
    DateTimeOffset RecordedTime,
    IResource Record) : IBitemporalVersion;
