using Google.Protobuf;

namespace Platform.Reporting.History;

/// <summary>The resource types of all services, read off the oneofs of their events.</summary>
internal static class ResourceTypes
{
    private static readonly Dictionary<string, MessageParser> Parsers = PlatformServices.WithChangeLog
        .SelectMany(service => service.ChangeType!.Oneofs[0].Fields)
        .ToDictionary(field => field.MessageType.Name, field => field.MessageType.Parser);

    public static IResource Parse(string type, byte[] state) => (IResource)Parsers[type].ParseFrom(state);

    /// <summary>The resource that an event carries; null when it is of a type that this version does not know.</summary>
    public static IMessage? ResourceOf(IChange change)
    {
        var oneof = change.Descriptor.Oneofs[0].Accessor;
        return oneof.GetCaseFieldDescriptor(change) is { } field ? (IMessage)field.Accessor.GetValue(change) : null;
    }
}
