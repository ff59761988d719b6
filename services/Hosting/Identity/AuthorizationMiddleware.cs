using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Identity;

/// <summary>
/// Lets a call through only when the policy of its method allows the caller. It runs before the body of the request is
/// read, so that a call without a valid token costs no more than its headers.
/// </summary>
internal static class AuthorizationMiddleware
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next, TokenValidator tokens, ServiceIdentity services,
        ServiceCertificates certificates)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<GrpcMethodMetadata>() is { } method)
        {
            // The check at start leaves no method without a policy; were there one, nobody may use it.
            var policy = endpoint.Metadata.GetMetadata<AllowAttribute>() ?? new AllowAttribute();
            if (!policy.WithoutToken)
            {
                // Several authorization headers are ambiguous and count as none.
                var header = context.Request.Headers.Authorization;
                var authentication = await tokens.AuthenticateAsync(header.Count == 1 ? header[0] : null, context.RequestAborted);
                var caller = authentication.Caller;
                if (caller.Role != Role.Service && !policy.Includes(caller.Role))
                    throw ApiError.RoleInsufficient(method.Method.FullName.TrimStart('/'), caller.Role.Name());
                if (caller.Role == Role.Service)
                    CheckCertificate(context, certificates);
                var forwarder = await ForwarderAsync(context, tokens, services, certificates);
                CheckService(endpoint, method, caller.Role == Role.Service ? caller.Service : forwarder);
                context.Features.Set(forwarder is null ? authentication : authentication with { Forwarder = forwarder });
            }
        }
        await next(context);
    }

    // The service that sends this with its caller's token, as its own token says.
    private static async ValueTask<string?> ForwarderAsync(HttpContext context, TokenValidator tokens, ServiceIdentity services,
        ServiceCertificates certificates)
    {
        if (context.Request.Headers[ServiceIdentity.Header] is not { Count: > 0 } header)
            return null;
        if (header is [{ } named] && services.ServiceOfThisProcess(named) is { } neighbour)
            return neighbour;
        CheckCertificate(context, certificates);
        var service = (await tokens.AuthenticateAsync(header.Count == 1 ? header[0] : null, context.RequestAborted)).Caller.Service;
        return service.Length > 0 ? service
            : throw ApiError.Unauthenticated($"The header {ServiceIdentity.Header} needs a token of the role service.");
    }

    // That somebody issued it whom the platform trusts was found out when it was shown.
    private static void CheckCertificate(HttpContext context, ServiceCertificates certificates)
    {
        if (certificates.AreRequired && context.Connection.ClientCertificate is null)
            throw ApiError.Unauthenticated("The token of a service needs a connection on which its certificate was shown.");
    }

    private static void CheckService(Endpoint endpoint, GrpcMethodMetadata method, string? service)
    {
        var policy = endpoint.Metadata.GetMetadata<AllowServiceAttribute>();
        if (service is null ? policy is { Only: true } : policy is null || !policy.Services.Contains(service))
            throw ApiError.ServiceNotAllowed(method.Method.FullName.TrimStart('/'), service);
    }
}
