using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Platform.Fixtures;

/// <summary>A field of a resource, however deep, by its path, for example <c>meeting.dates[0].dates.as_written</c>.</summary>
public sealed record ResourceField(string Path, FieldDescriptor Descriptor, object Value, Action<object> Set);

/// <summary>Walks over the fields of a resource that are filled.</summary>
public static class ResourceFields
{
    /// <summary>Every field that a caller sets: of the resource and of what is in it.</summary>
    public static IEnumerable<ResourceField> Of(IMessage message, string path)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var at = $"{path}.{field.Name}";
            if (message is IResource && field.Name is "etag" or "version" or "record_time" || (field.RealContainingOneof is not null
                && !field.Accessor.HasValue(message)))
            {
                continue;
            }
            if (field.IsRepeated)
            {
                var list = (IList)field.Accessor.GetValue(message);
                for (var i = 0; i < list.Count; i++)
                {
                    var (index, item) = (i, $"{at}[{i.ToString(CultureInfo.InvariantCulture)}]");
                    foreach (var each in list[i] is IMessage part ? Of(part, item)
                        : [new ResourceField(item, field, list[i]!, v => list[index] = v)])
                    {
                        yield return each;
                    }
                }
            }
            else if (field.FieldType == FieldType.Message)
            {
                foreach (var each in field.Accessor.GetValue(message) is IMessage part ? Of(part, at) : [])
                    yield return each;
            }
            else
            {
                yield return new ResourceField(at, field, field.Accessor.GetValue(message), v => field.Accessor.SetValue(message, v));
            }
        }
    }
}
