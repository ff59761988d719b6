using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Platform.Hosting.Store;

/// <summary>The names of other resources in the fields of one.</summary>
internal static class References
{
    /// <summary>Puts a name in the place of another, and of the names below it, in every field.</summary>
    public static void Replace(IMessage message, string name, string into)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            switch (field.FieldType, field.Accessor.GetValue(message))
            {
                case (FieldType.String, string value) when Replaced(value, name, into) is { } replaced:
                    field.Accessor.SetValue(message, replaced);
                    break;
                case (FieldType.Message, IMessage value):
                    Replace(value, name, into);
                    break;
                case (FieldType.String or FieldType.Message, IList values):
                    ReplaceIn(values, name, into);
                    break;
            }
        }
    }

    private static void ReplaceIn(IList values, string name, string into)
    {
        var before = values.Cast<object>().ToList();
        var after = new List<object>();
        var changed = false;
        foreach (var value in before)
        {
            if (value is IMessage message)
            {
                var whole = message.ToByteString();
                Replace(message, name, into);
                changed |= !whole.Equals(message.ToByteString());
            }
            var now = value is string text && Replaced(text, name, into) is { } replaced ? replaced : value;
            changed |= !ReferenceEquals(now, value);
            // A list that named both names the remaining one once.
            if (!after.Contains(now))
                after.Add(now);
        }
        if (!changed)
            return;
        values.Clear();
        foreach (var value in after)
            values.Add(value);
    }

    private static string? Replaced(string value, string name, string into) =>
        value == name ? into : value.StartsWith($"{name}/", StringComparison.Ordinal) ? into + value[name.Length..] : null;
}
