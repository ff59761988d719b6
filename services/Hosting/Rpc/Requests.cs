using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Grpc.Core;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Store;

namespace Platform.Hosting.Rpc;

/// <summary>What every RPC reads off its request.</summary>
public static class Requests
{
    /// <summary>The resource of a request; refuses when it was left out.</summary>
    public static T Required<T>([NotNull] this T? resource, string field) where T : class, IResource =>
        resource ?? throw ApiError.InvalidField(field, "Must be given.");

    /// <summary>Who asks for a write, under which request id.</summary>
    public static WriteRequest ToWriteRequest(this ServerCallContext context, IMessage request, string requestId) =>
        new(request, requestId, context.Caller().Subject);

    /// <summary>The value of an enumeration as a filter; empty, which does not filter, when unspecified.</summary>
    public static string FilterValue<T>(this T value) where T : struct, Enum =>
        EqualityComparer<T>.Default.Equals(value, default) ? "" : value.ToString();
}
