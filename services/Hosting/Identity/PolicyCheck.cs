using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;

namespace Platform.Hosting.Identity;

/// <summary>Default deny, checked before the process listens: every method states who may use it.</summary>
internal static class PolicyCheck
{
    public static void ThrowIfAnyMethodHasNone(EndpointDataSource endpoints)
    {
        var without = endpoints.Endpoints
            .Where(e => e.Metadata.GetMetadata<GrpcMethodMetadata>() is not null && e.Metadata.GetMetadata<AllowAttribute>() is null)
            .Select(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()!)
            .Select(m => $"{m.Method.FullName.TrimStart('/')} ({m.ServiceType.FullName}.{m.Method.Name})")
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        if (without.Count > 0)
        {
            throw new InvalidOperationException($"These methods do not say who may use them: {string.Join(", ", without)}. Write "
                + $"[Allow(...)] on each; a method that is not implemented yet needs an override too.");
        }
    }
}
