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
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next, TokenValidator tokens)
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
                if (!policy.Includes(caller.Role))
                    throw ApiError.RoleInsufficient(method.Method.FullName.TrimStart('/'), caller.Role.Name());
                context.Features.Set(authentication);
            }
        }
        await next(context);
    }
}
