using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Validation;

/// <summary>Applies the field mask of an update (AIP-134).</summary>
public static class Updates
{
    private static readonly HashSet<string> NeverSet = new([.. ResourceFields.OutputOnly, "name"], StringComparer.Ordinal);

    /// <summary>
    /// Copies the fields that the mask names from the request's resource to the stored one; a repeated field is
    /// replaced as a whole.
    /// </summary>
    /// <param name="mask">The mask; top-level fields only, in the names of the proto.</param>
    /// <param name="source">The resource of the request.</param>
    /// <param name="target">The stored resource.</param>
    /// <param name="elsewhere">Fields that a method of their own sets, with its name.</param>
    public static void Apply(FieldMask? mask, IResource source, IResource target,
        params ReadOnlySpan<(string Field, string Method)> elsewhere)
    {
        if (mask is null || mask.Paths.Count == 0)
            throw ApiError.InvalidField("update_mask", "Must name the fields to change, for example \"summary\".");
        var violations = new FieldViolations();
        foreach (var path in mask.Paths)
        {
            var field = target.Descriptor.FindFieldByName(path);
            if (field is null)
            {
                violations.Add("update_mask", $"\"{(path.Length > 100 ? path[..100] : path)}\" is not a field of "
                    + $"{target.Descriptor.Name}. Name whole fields as the proto does.");
            }
            else if (NeverSet.Contains(path))
            {
                violations.Add("update_mask", $"\"{path}\" cannot be changed.");
            }
            else if (path == "effective_date" && source.EffectiveDate.Length == 0)
            {
                violations.Add("update_mask", "\"effective_date\" cannot be emptied. Give the day from which the version holds.");
            }

            foreach (var (forbidden, method) in elsewhere)
            {
                if (forbidden == path)
                    violations.Add("update_mask", $"\"{path}\" is set by {method} only.");
            }
        }
        violations.ThrowIfAny();
        Copy(mask, source, target);
    }

    /// <summary>Only those fields of a resource that the mask names: what an update newly says.</summary>
    public static T Masked<T>(FieldMask? mask, T source) where T : IResource, new()
    {
        var masked = new T();
        Apply(mask, source, masked);
        return masked;
    }

    private static void Copy(FieldMask mask, IResource source, IResource target)
    {
        var copy = target.Descriptor.Parser.ParseFrom(source.ToByteString());
        foreach (var accessor in mask.Paths.Select(path => target.Descriptor.FindFieldByName(path)!))
        {
            if (accessor.IsRepeated)
            {
                var list = (System.Collections.IList)accessor.Accessor.GetValue(target);
                list.Clear();
                foreach (var item in (System.Collections.IList)accessor.Accessor.GetValue(copy))
                    list.Add(item);
            }
            else if (accessor.Accessor.GetValue(copy) is { } value)
            {
                accessor.Accessor.SetValue(target, value);
            }
            else
            {
                accessor.Accessor.Clear(target);
            }
        }
    }
}
