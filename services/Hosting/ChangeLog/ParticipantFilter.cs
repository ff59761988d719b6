using System.Collections;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Platform.Hosting.Resources;

namespace Platform.Hosting.ChangeLog;

/// <summary>Which changes concern a participant: by what their resources say, so that a new field needs no new rule.</summary>
internal static class ParticipantFilter
{
    /// <summary>True when a resource is the participant, belongs to it or names it in any field.</summary>
    public static bool Names(string participant, byte[] state, ResourceType type) =>
        // Most resources are excluded by their bytes, without being parsed.
        state.AsSpan().IndexOf(Encoding.UTF8.GetBytes(participant)) >= 0 && Names(participant, type.Parse(state));

    private static bool Names(string participant, IMessage message) =>
        message.Descriptor.Fields.InFieldNumberOrder().Any(field => (field.FieldType, field.Accessor.GetValue(message)) switch
    {
        (FieldType.String, string value) => Is(participant, value),
        (FieldType.String, IList values) => values.Cast<string>().Any(value => Is(participant, value)),
        (FieldType.Message, IMessage value) => Names(participant, value),
        (FieldType.Message, IList values) => values.Cast<IMessage>().Any(value => Names(participant, value)),
        _ => false,
    });

    private static bool Is(string participant, string value) =>
        value.StartsWith(participant, StringComparison.Ordinal) && (value.Length == participant.Length || value[participant.Length] == '/');
}
