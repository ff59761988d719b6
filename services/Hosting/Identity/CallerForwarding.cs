using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http;

namespace Platform.Hosting.Identity;

/// <summary>
/// Sends calls to other services with the identity of the call that is being served, and never
/// without a deadline. Headers and deadlines given to a call are kept: a change feed is followed
/// with the deadline <see cref="DateTime.MaxValue"/>.
/// </summary>
/// <param name="current">Provides the call that is being served.</param>
/// <param name="identity">Says which service forwards the token.</param>
/// <param name="asking">The calling service, where the served call does not belong to one.</param>
/// <param name="ownProcess">True when a service of the same process is asked.</param>
/// <param name="longest">How long a call may take when nothing shorter is set.</param>
internal sealed class CallerForwarding(IHttpContextAccessor current, ServiceIdentity identity, PlatformService asking, bool ownProcess,
    TimeSpan longest) : Interceptor
{
    private const string Header = "authorization";

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Forward(context));

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Forward(context));

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Forward(context));

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(Forward(context));

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(Forward(context));

    private ClientInterceptorContext<TRequest, TResponse> Forward<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        var served = current.HttpContext;
        // gRPC measures deadlines by the system's clock, whatever clock the process was given.
        var deadline = context.Options.Deadline ?? TimeProvider.System.GetUtcNow().UtcDateTime + longest;
        if (served?.Features.Get<IServerCallContextFeature>()?.ServerCallContext.Deadline is { } callers && callers < deadline)
            deadline = callers;
        var options = context.Options.WithDeadline(deadline);
        if (served?.Request.Headers.Authorization is [{ } token] && options.Headers?.Get(Header) is null)
        {
            // The caller of this interceptor may use its headers again: they are copied, not changed.
            var headers = new Metadata();
            foreach (var entry in options.Headers ?? [])
                headers.Add(entry);
            headers.Add(Header, token);
            headers.Add(ServiceIdentity.Header, identity.HeaderOf(Asking(served), ownProcess));
            options = options.WithHeaders(headers);
        }
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options);
    }

    private PlatformService Asking(HttpContext served)
    {
        var name = served.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName;
        return PlatformServices.All.FirstOrDefault(s => s.FullName == name) ?? asking;
    }
}
