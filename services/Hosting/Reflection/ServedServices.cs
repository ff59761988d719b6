using System.Reflection;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;

namespace Platform.Hosting.Reflection;

/// <summary>The gRPC services that this process serves, known once the pipeline is built.</summary>
public sealed class ServedServices
{
    private readonly Lazy<IReadOnlyList<ServiceDescriptor>> _all;

    /// <summary>Reads the mapped endpoints at first use.</summary>
    public ServedServices(EndpointDataSource endpoints) => _all = new(() =>
    [
        .. endpoints.Endpoints
            .Select(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
            .OfType<Type>()
            .Distinct()
            .Select(DescriptorOf)
            .OrderBy(s => s.FullName, StringComparer.Ordinal),
    ]);

    /// <summary>Every service, in the order of their names.</summary>
    public IReadOnlyList<ServiceDescriptor> All => _all.Value;

    /// <summary>True when the process serves a service of this full name.</summary>
    public bool Contains(string fullName) => All.Any(s => s.FullName == fullName);

    // The generated base class stands in the generated class that has the descriptor.
    private static ServiceDescriptor DescriptorOf(Type implementation)
    {
        for (var type = implementation.BaseType; type is not null; type = type.BaseType)
        {
            if (type.DeclaringType?.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(
                null) is ServiceDescriptor descriptor)
            {
                return descriptor;
            }
        }
        throw new InvalidOperationException($"{implementation.FullName} does not derive from a class that was generated from a proto.");
    }
}
