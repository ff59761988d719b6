using System.Reflection;
using Google.Protobuf.Reflection;

namespace Platform.Hosting.Errors;

/// <summary>The names that the protos give to the values of enumerations, which is what callers know.</summary>
internal static class ProtoNames
{
    /// <summary>The whole name, for example <c>ERROR_REASON_FIELD_INVALID</c>.</summary>
    public static string Of<T>(T value) where T : struct, Enum =>
        typeof(T).GetField(value.ToString())!.GetCustomAttribute<OriginalNameAttribute>()!.Name;
}
