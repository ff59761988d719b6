using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Platform.Tool.Client;

/// <summary>
/// Calls methods by their descriptors. A call that finds the server away is repeated for a time: UNAVAILABLE says
/// that nothing was done, and a write carries a request id besides.
/// </summary>
/// <param name="platform">Whom it calls.</param>
/// <param name="time">The time.</param>
/// <param name="patience">How long a call is repeated; a minute if not given.</param>
internal sealed class RetryingClient(PlatformAddress platform, TimeProvider time, TimeSpan? patience = null)
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Method<IMessage, IMessage>> _methods = new(StringComparer.Ordinal);

    /// <summary>Sends a request and returns the answer.</summary>
    public async Task<IMessage> SendAsync(MethodDescriptor method, IMessage request, CancellationToken cancel)
    {
        var invoker = platform.InvokerOf(method.Service.FullName);
        var started = time.GetTimestamp();
        var pause = FirstPause;
        while (true)
        {
            try
            {
                using var call = invoker.AsyncUnaryCall(MethodOf(method), null, new CallOptions(deadline: time.GetUtcNow().UtcDateTime + Deadline, cancellationToken: cancel), request);
                return await call.ResponseAsync;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancel.IsCancellationRequested)
            {
                throw new OperationCanceledException(e.Message, e, cancel);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                if (time.GetElapsedTime(started) + pause > _patience)
                    throw new CommandFailedException($"{method.Service.FullName} at {platform.AddressOf(method.Service.FullName)} could not be reached{(_patience > TimeSpan.Zero ? $" for {Commands.ImportRun.Count((long)_patience.TotalSeconds, "second")}" : "")}: {e.Status.Detail}", e);
                await Task.Delay(pause, time, cancel);
                pause = pause * 2 < MaxDelay ? pause * 2 : MaxDelay;
            }
        }
    }

    private Method<IMessage, IMessage> MethodOf(MethodDescriptor method)
    {
        if (!_methods.TryGetValue(method.FullName, out var made))
        {
            made = new Method<IMessage, IMessage>(MethodType.Unary, method.Service.FullName, method.Name, MarshallerOf(method.InputType), MarshallerOf(method.OutputType));
            _methods.Add(method.FullName, made);
        }
        return made;
    }

    private static Marshaller<IMessage> MarshallerOf(MessageDescriptor type) => new(message => message.ToByteArray(), bytes => type.Parser.ParseFrom(bytes));
}
