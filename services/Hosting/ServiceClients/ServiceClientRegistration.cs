using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Hosting.Identity;
using Platform.Hosting.Settings;

namespace Platform.Hosting.ServiceClients;

/// <summary>Makes the clients with which the services of the platform ask one another.</summary>
public static class ServiceClientRegistration
{
    /// <summary>
    /// Registers a client of another service, one for the whole process, for example
    /// <c>AddServiceClient(PlatformServices.Meetings, PlatformServices.Membership,
    /// invoker => new MembershipService.MembershipServiceClient(invoker))</c>.
    /// Its calls carry the caller's identity, that of the service and a deadline, are repeated while the service is away,
    /// and end in DEPENDENCY_UNAVAILABLE when it stays away. Its address is
    /// <c>Services:Membership:Address</c>; a service that the process serves itself needs none.
    /// </summary>
    /// <param name="services">Those of the process.</param>
    /// <param name="asking">The service that asks.</param>
    /// <param name="service">The service that is asked.</param>
    /// <param name="make">Makes the client.</param>
    /// <param name="key">A key, where clients of one type ask several services.</param>
    public static IServiceCollection AddServiceClient<TClient>(this IServiceCollection services, PlatformService asking,
        PlatformService service, Func<CallInvoker, TClient> make, string? key = null)
        where TClient : class
    {
        if (services.Any(s => s.ServiceType == typeof(TClient) && Equals(s.ServiceKey, key)))
            return services;
        var name = service.SectionName;
        services.AddHttpContextAccessor();
        services.TryAddSingleton<ServiceChannels>();
        services.AddSettings<ServiceClientOptions, ServiceClientOptionsValidator>($"Services:{name}", name);
        services.AddSingleton(new ServiceClient(service));
        services.AddKeyedSingleton(key, (provider, _) =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<ServiceClientOptions>>().Get(name);
            return make(new LazyCallInvoker(() => provider.GetRequiredService<ServiceChannels>().InvokerOf(options)).Intercept(
                new UnavailableServices($"{service.Name} service", options.Address, provider.GetRequiredService<TimeProvider>(),
                    provider.GetRequiredService<ILogger<UnavailableServices>>()),
                new CallerForwarding(provider.GetRequiredService<IHttpContextAccessor>(),
                    provider.GetRequiredService<ServiceIdentity>(), asking, options.Address.Length == 0, options.Timeout)));
        });
        return services;
    }
}

/// <summary>A service that this process asks.</summary>
internal sealed record ServiceClient(PlatformService Service);
