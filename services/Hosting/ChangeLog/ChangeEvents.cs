using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Platform.Common.V1;
using Platform.Hosting.Identity;
using Platform.Hosting.Resources;

namespace Platform.Hosting.ChangeLog;

/// <summary>Turns rows of a service's change log into its event, the same on the bus and in the feed.</summary>
/// <typeparam name="TChange">The service's <c>Change</c> message.</typeparam>
public sealed class ChangeEvents<TChange> where TChange : class, IChange, new()
{
    // The field of the event's oneof for each resource type: the one of that message type.
    private static readonly Dictionary<string, IFieldAccessor> Fields = new TChange().Descriptor.Oneofs[0].Fields.ToDictionary(
        f => f.MessageType.Name, f => f.Accessor);

    private readonly ResourceSchema _schema;

    /// <summary>Reads resources by a service's schema.</summary>
    public ChangeEvents(ResourceSchema schema) => _schema = schema;

    /// <summary>
    /// The event of a change as a caller may see it: who made it, and under which request id, is not for everybody. Services go on
    /// with the trace of the call, whichever way the change reaches them.
    /// </summary>
    public TChange Of(ChangeRow row, Caller caller)
    {
        var change = Of(row);
        if (caller.Role is Role.Officer or Role.CoChair or Role.Operator)
            return change;
        (change.Metadata.Actor, change.Metadata.RequestId) = ("", "");
        if (caller.Role != Role.Service)
            change.Metadata.TraceParent = "";
        return change;
    }

    /// <summary>The event of a change.</summary>
    public TChange Of(ChangeRow row)
    {
        var change = new TChange
        {
            Metadata = new ChangeMetadata
            {
                Position = row.Position,
                ChangeId = row.ChangeId.ToString(),
                ResourceName = row.ResourceName,
                ResourceType = row.ResourceType,
                ResourceVersion = row.Version,
                Kind = row.Kind,
                EffectiveDate = row.EffectiveDate.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                RecordTime = row.RecordTime.ToTimestamp(),
                Actor = row.Actor,
                RequestId = row.RequestId,
                CorrectedVersion = row.CorrectedVersion,
                Reason = row.Reason,
                Current = row.IsCurrent,
                LogId = row.LogId,
                TraceParent = row.TraceParent,
            },
        };
        if (row.Kind != ChangeKind.Withdrawn)
            Fields[row.ResourceType].SetValue(change, _schema[row.ResourceType].Parse(row.State));
        return change;
    }
}
