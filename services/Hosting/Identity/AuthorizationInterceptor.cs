using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;
using Platform.Hosting.Errors;

namespace Platform.Hosting.Identity;

/// <summary>
/// Lets a call through only when the policy of its method allows the caller, before anything else
/// looks at the request.
/// </summary>
public sealed class AuthorizationInterceptor(TokenValidator tokens) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(context);
        return await continuation(request, context);
    }

    /// <inheritdoc/>
    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(context);
        await continuation(request, responseStream, context);
    }

    /// <inheritdoc/>
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(context);
        return await continuation(requestStream, context);
    }

    /// <inheritdoc/>
    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await AuthorizeAsync(context);
        await continuation(requestStream, responseStream, context);
    }

    private async ValueTask AuthorizeAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        // The check at start leaves no method without a policy; were there one, nobody may use it.
        var policy = http.GetEndpoint()?.Metadata.GetMetadata<AllowAttribute>() ?? new AllowAttribute();
        if (policy.WithoutToken)
            return;
        // Several headers of the name are no token: which of them would count?
        var header = http.Request.Headers.Authorization;
        var caller = await tokens.AuthenticateAsync(header.Count == 1 ? header[0] : null, context.CancellationToken);
        if (!policy.Includes(caller.Role))
            throw Refusal.RoleInsufficient(context.Method.TrimStart('/'), caller.Role.Name());
        context.SetCaller(caller);
    }
}
