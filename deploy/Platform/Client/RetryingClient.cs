using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Platform.Tool.Output;

namespace Platform.Tool.Client;

/// <summary>
/// Calls methods by their descriptors. A call that finds the server away is repeated for a time: UNAVAILABLE says
/// that nothing was done, and a write carries a request id besides.
/// </summary>
/// <param name="platform">The connection to the platform.</param>
/// <param name="time">The clock.</param>
/// <param name="timeout">How long a call is retried; one minute by default.</param>
internal sealed class RetryingClient(PlatformAddress platform, TimeProvider time, TimeSpan? timeout = null)
{
    private readonly TimeSpan _timeout = timeout ?? TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Method<IMessage, IMessage>> _methods = new(StringComparer.Ordinal);

    /// <summary>Sends a request to the service that has the method, and returns the answer.</summary>
    public Task<IMessage> SendAsync(MethodDescriptor method, IMessage request, CancellationToken cancel) =>
        SendAsync(PlatformServices.Of(method.Service), method, request, cancel);

    /// <summary>Sends a request to where a service is served, and returns the answer.</summary>
    public async Task<IMessage> SendAsync(PlatformService service, MethodDescriptor method, IMessage request, CancellationToken cancel)
    {
        var invoker = platform.InvokerOf(service);
        var started = time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                using var call = invoker.AsyncUnaryCall(MethodOf(method), null, new CallOptions(deadline: time.GetUtcNow().UtcDateTime
                    + Deadline, cancellationToken: cancel), request);
                return await call.ResponseAsync;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancel.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Message, e, cancel);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                if (time.GetElapsedTime(started) + pause > _timeout)
                {
                    throw new CommandException(ServerError.Of(e).Sentence + (_timeout > TimeSpan.Zero
                        ? $" It was tried for {Terminal.Count((long)_timeout.TotalSeconds, "second")}." : ""), e);
                }
                await Task.Delay(pause, time, cancel);
                pause = pause * 2 < MaxDelay ? pause * 2 : MaxDelay;
            }
        }
    }

    private Method<IMessage, IMessage> MethodOf(MethodDescriptor method)
    {
        if (!_methods.TryGetValue(method.FullName, out var made))
        {
            made = new Method<IMessage, IMessage>(MethodType.Unary, method.Service.FullName, method.Name, MarshallerOf(method.InputType),
                MarshallerOf(method.OutputType));
            _methods.Add(method.FullName, made);
        }
        return made;
    }

    private static Marshaller<IMessage> MarshallerOf(MessageDescriptor type) =>
        new(message => message.ToByteArray(), bytes => type.Parser.ParseFrom(bytes));
}
