using System.Diagnostics.CodeAnalysis;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Validation;

/// <summary>Reads from a request what every RPC needs.</summary>
public static class Requests
{
    /// <summary>The resource of a request; refuses when it was left out.</summary>
    public static T Required<T>([NotNull] this T? resource, string field) where T : class, IResource =>
        resource ?? throw ApiError.InvalidField(field, "Is required.");

    /// <summary>The value of an enumeration as a filter; empty, which does not filter, when unspecified.</summary>
    public static string FilterValue<T>(this T value) where T : struct, Enum =>
        EqualityComparer<T>.Default.Equals(value, default) ? "" : value.ToString();
}
