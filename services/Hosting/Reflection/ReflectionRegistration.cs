using Google.Rpc;
using Grpc.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Platform.Common.V1;
using Platform.Hosting.Identity;

namespace Platform.Hosting.Reflection;

/// <summary>Puts the standard reflection services (<c>grpc.reflection.v1</c> and <c>v1alpha</c>) into a process.</summary>
internal static class ReflectionRegistration
{
    /// <summary>Adds the services, with more types than those of the process's own methods: tools need them to show the
    /// details of errors.</summary>
    public static void AddReflection(this IServiceCollection services)
    {
        services.AddSingleton<ServedServices>();
        services.AddSingleton(provider => new ReflectionServiceImpl(NamesOf(provider), TypesOf(provider)));
        services.AddSingleton(provider => new ReflectionV1ServiceImpl(NamesOf(provider), TypesOf(provider)));
        services.AddGrpcReflection();
    }

    /// <summary>Maps them; they are open to every role.</summary>
    public static void MapReflection(this IEndpointRouteBuilder app) =>
        app.MapGrpcReflectionService().WithMetadata(new AllowEveryRoleAttribute());

    private static IEnumerable<string> NamesOf(IServiceProvider provider) =>
        provider.GetRequiredService<ServedServices>().All.Select(s => s.FullName);

    private static SymbolRegistry TypesOf(IServiceProvider provider) => SymbolRegistry.FromFiles(
        provider.GetRequiredService<ServedServices>().All.Select(s => s.File)
            .Append(ErrorsReflection.Descriptor).Append(StatusReflection.Descriptor).Append(ErrorDetailsReflection.Descriptor).Distinct());
}
