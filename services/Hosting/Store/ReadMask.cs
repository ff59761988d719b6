using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Store;

/// <summary>The fields that a read wants (AIP-157).</summary>
internal static class ReadMask
{
    // Identify the resource and its version in a later update.
    private static readonly string[] Always = ["name", "etag"];

    /// <summary>Refuses a mask that names what is not a field.</summary>
    public static void Check(FieldMask? mask, MessageDescriptor resource)
    {
        foreach (var path in mask?.Paths ?? [])
        {
            if (!FieldMask.IsValid(resource, path))
            {
                throw ApiError.InvalidField("read_mask",
                    $"\"{ApiError.Excerpt(path, 100)}\" is not a field of {resource.Name}. Name fields as the proto does.");
            }
        }
    }

    /// <summary>A resource with the fields of a mask; the whole when there is no mask.</summary>
    public static T Apply<T>(FieldMask? mask, T resource) where T : class, IResource
    {
        if (mask is null || mask.Paths.Count == 0)
            return resource;
        var masked = (T)resource.Descriptor.Parser.ParseFrom(ByteString.Empty);
        new FieldMask { Paths = { mask.Paths.Concat(Always) } }.Merge(resource, masked);
        return masked;
    }
}
