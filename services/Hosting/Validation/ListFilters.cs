using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Platform.Hosting.Validation;

/// <summary>What can be asked of the filters of a list, whatever they filter by.</summary>
internal static class ListFilters
{
    private const int MaxLength = 500;

    /// <summary>Refuses a text that no resource can hold, and a value that its enumeration does not have.</summary>
    public static void Check(IMessage request)
    {
        var violations = new FieldViolations();
        foreach (var field in request.Descriptor.Fields.InDeclarationOrder().Where(f => f.Name != "page_token"))
        {
            if (field.IsRepeated)
                CheckValues(violations, field.Name, (IList)field.Accessor.GetValue(request), field);
            else if (field.FieldType == FieldType.String)
                violations.OptionalText(field.Name, (string)field.Accessor.GetValue(request), MaxLength);
            else if (field.FieldType == FieldType.Enum && field.EnumType.FindValueByNumber((int)field.Accessor.GetValue(request)) is null)
                violations.Add(field.Name, "Is a value that this version does not know.");
        }
        violations.ThrowIfAny();
    }

    private static void CheckValues(FieldViolations violations, string name, IList values, FieldDescriptor field)
    {
        violations.Count(name, values.Cast<object>().ToList());
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is string text)
                violations.Text($"{name}[{i}]", text, MaxLength);
            else if (field.EnumType.FindValueByNumber((int)values[i]!) is null or { Number: 0 })
                violations.Add($"{name}[{i}]", "Is a value that this version does not know.");
        }
    }
}
