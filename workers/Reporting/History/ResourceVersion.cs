using Platform.Common.V1;
using Platform.Hosting.Versions;

namespace Platform.Reporting.History;

/// <summary>One version of a resource, as consumed from a service's change log.</summary>
/// <param name="ResourceName">Resource name, for example <c>meetings/ahg-som-7</c>.</param>
/// <param name="ResourceType">Name of its message, for example <c>Meeting</c>.</param>
/// <param name="Version">Version of the resource, counted from 1.</param>
/// <param name="Kind">What the change did.</param>
/// <param name="EffectiveDate">First clock: the day on which the change became true.</param>
/// <param name="RecordTime">Second clock: the moment at which it was recorded, UTC.</param>
/// <param name="Record">The resource after the change; for an end or a retraction its last state.</param>
/// <param name="CorrectedVersion">The version in whose place it stands; 0 where it corrects none.</param>
/// <param name="Reason">Why the record was corrected, the resource ended or was retracted.</param>
public sealed record ResourceVersion(
    string ResourceName,
    string ResourceType,
    long Version,
    ChangeKind Kind,
    DateOnly EffectiveDate,
    DateTimeOffset RecordTime,
    IResource Record,
    long CorrectedVersion = 0,
    string Reason = "") : IBitemporalVersion;
