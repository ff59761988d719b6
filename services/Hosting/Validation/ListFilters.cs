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
        foreach (var field in request.Descriptor.Fields.InDeclarationOrder().Where(f => !f.IsRepeated && f.Name != "page_token"))
        {
            if (field.FieldType == FieldType.String)
                violations.OptionalText(field.Name, (string)field.Accessor.GetValue(request), MaxLength);
            else if (field.FieldType == FieldType.Enum && field.EnumType.FindValueByNumber((int)field.Accessor.GetValue(request)) is null)
                violations.Add(field.Name, "Is a value that this version does not know.");
        }
        violations.ThrowIfAny();
    }
}
