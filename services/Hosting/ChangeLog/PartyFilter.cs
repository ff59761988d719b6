using System.Collections;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Platform.Hosting.Resources;

namespace Platform.Hosting.ChangeLog;

/// <summary>Which changes concern a participant or a body: by what their resources say, so that a new field needs no new rule.</summary>
internal static class PartyFilter
{
    /// <summary>
    /// True when a resource is the party, belongs to it, names it in any field, or concerns every participant.
    /// </summary>
    public static bool Concerns(string party, byte[] state, ResourceType type) =>
        // Most resources are excluded by their bytes, without being parsed.
        (state.AsSpan().IndexOf(Encoding.UTF8.GetBytes(party)) >= 0 && Names(party, type.Parse(state)))
        || (type.MayConcernEveryParticipant && ResourceNames.Matches(party, ResourcePatterns.Participant)
            && type.IndexEntriesOf(type.Parse(state)).Contains(IndexEntry.EveryParticipant));

    /// <summary>True when a message names something, or what stands below it, in any field.</summary>
    public static bool Names(string party, IMessage message) =>
        message.Descriptor.Fields.InFieldNumberOrder().Any(field => (field.FieldType, field.Accessor.GetValue(message)) switch
    {
        (FieldType.String, string value) => Is(party, value),
        (FieldType.String, IList values) => values.Cast<string>().Any(value => Is(party, value)),
        (FieldType.Message, IMessage value) => Names(party, value),
        (FieldType.Message, IList values) => values.Cast<IMessage>().Any(value => Names(party, value)),
        _ => false,
    });

    private static bool Is(string party, string value) =>
        value.StartsWith(party, StringComparison.Ordinal) && (value.Length == party.Length || value[party.Length] == '/');
}
