using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Platform.Tool.Client;

/// <summary>Says of a call that was in vain which service was asked, and where.</summary>
/// <param name="service">The service that is called.</param>
/// <param name="address">Its address.</param>
internal sealed class AddressInterceptor(PlatformService service, string address) : Interceptor
{
    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(DescribeAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers,
            call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(new Reader<TResponse>(this, call.ResponseStream), call.ResponseHeadersAsync,
            call.GetStatus, call.GetTrailers, call.Dispose);
    }

    private async Task<T> DescribeAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
            || (e.Status.DebugException is not null && e.StatusCode != StatusCode.Cancelled))
        {
            // What a service answered that is not available itself needs only its name.
            var what = e.StatusCode == StatusCode.DeadlineExceeded ? " could not be reached: There was no answer in time."
                : e.Status.DebugException is { } fault ? $" could not be reached: {ReasonOf(fault)}"
                : $": {e.Status.Detail}";
            throw new RpcException(new Status(e.StatusCode, $"{service.Name} at {address}{what}"), e.Trailers);
        }
    }

    // gRPC tells every exception with its name. The innermost says what was wrong, but not of which address where it is the socket's.
    private static string ReasonOf(Exception fault)
    {
        while (fault.InnerException is { } inner and not SocketException)
            fault = inner;
        return fault.Message.EndsWith('.') ? fault.Message : $"{fault.Message}.";
    }

    private sealed class Reader<T>(AddressInterceptor interceptor, IAsyncStreamReader<T> answers) : IAsyncStreamReader<T>
    {
        public T Current => answers.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken) =>
            interceptor.DescribeAsync(answers.MoveNext(cancellationToken));
    }
}
