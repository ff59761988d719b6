using System.Net.Sockets;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Platform.Hosting.ServiceClients;

/// <summary>Lets failed calls end in an exception that says more, whether they have one answer or a stream of them.</summary>
public abstract class FailedCallInterceptor : Interceptor
{
    /// <summary>Why a call failed, as a sentence: what the service answered, or why it was not reached.</summary>
    /// <param name="e">The fault of the call.</param>
    public static string ReasonOf(RpcException e)
    {
        if (e.StatusCode == StatusCode.DeadlineExceeded)
            return "There was no answer in time.";
        if (e.Status.DebugException is not { } fault)
            return e.Status.Detail;
        // gRPC tells every exception with its name. The innermost says what was wrong, but not of which address where it is the socket's.
        while (fault.InnerException is { } inner and not SocketException)
            fault = inner;
        return fault.Message.EndsWith('.') ? fault.Message : $"{fault.Message}.";
    }

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncUnaryCall<TResponse>(TranslateAsync(call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus,
            call.GetTrailers, call.Dispose);
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(new Reader<TResponse>(this, call.ResponseStream), call.ResponseHeadersAsync,
            call.GetStatus, call.GetTrailers, call.Dispose);
    }

    /// <summary>The exception in which a failed call ends; null for its own.</summary>
    /// <param name="e">The fault of the call.</param>
    protected abstract Exception? Translate(RpcException e);

    private async Task<T> TranslateAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        catch (RpcException e)
        {
            if (Translate(e) is { } translated)
                throw translated;
            throw;
        }
    }

    private sealed class Reader<T>(FailedCallInterceptor owner, IAsyncStreamReader<T> stream) : IAsyncStreamReader<T>
    {
        public T Current => stream.Current;

        public Task<bool> MoveNext(CancellationToken cancellationToken) => owner.TranslateAsync(stream.MoveNext(cancellationToken));
    }
}
