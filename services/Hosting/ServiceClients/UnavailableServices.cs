using Grpc.Core;
using Grpc.Core.Interceptors;
using Platform.Hosting.Errors;

namespace Platform.Hosting.ServiceClients;

/// <summary>
/// Turns "not there" and "did not answer in time" of another service into the error that a caller
/// gets. Every other answer of that service is for the code that asked to understand.
/// </summary>
/// <param name="name">The service as messages call it, for example <c>membership service</c>.</param>
public sealed class UnavailableServices(string name) : Interceptor
{
    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(TranslateAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus,
            call.GetTrailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
            AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(
            new Reader<TResponse>(this, call.ResponseStream), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private async Task<T> TranslateAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        // A call that was not answered, as when its connection is lost, is INTERNAL to the client's library.
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
            || e.Status.DebugException is HttpRequestException or IOException)
        {
            throw ApiError.Unavailable(name, e);
        }
    }

    private sealed class Reader<T>(UnavailableServices owner, IAsyncStreamReader<T> stream) : IAsyncStreamReader<T>
    {
        public T Current => stream.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken) => owner.TranslateAsync(stream.MoveNext(cancellationToken));
    }
}
