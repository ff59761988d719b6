using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Platform.Reporting.History;

/// <summary>The resource types of all services, read off the oneofs of their events.</summary>
internal static class ResourceTypes
{
    private static readonly Dictionary<string, MessageParser> Parsers = new MessageDescriptor[]
        {
            Membership.V1.Change.Descriptor,
            Meetings.V1.Change.Descriptor,
            Commitments.V1.Change.Descriptor,
        }
        .SelectMany(change => change.Oneofs[0].Fields)
        .ToDictionary(field => field.MessageType.Name, field => field.MessageType.Parser);

    public static IRecord Parse(string type, byte[] state) => (IRecord)Parsers[type].ParseFrom(state);

    /// <summary>The resource that an event carries.</summary>
    public static IMessage ResourceOf(IChange change)
    {
        var field = change.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(change)
            ?? throw new InvalidDataException($"The change of \"{change.Metadata.ResourceName}\" at position {change.Metadata.Position} carries no resource that this version knows.");
        return (IMessage)field.Accessor.GetValue(change);
    }
}
