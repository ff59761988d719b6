using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Platform.ChangeLog.V1;
using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;
using Platform.Operations.V1;
using Platform.Records.V1;

namespace Platform.Fixtures;

/// <summary>
/// The clients of one caller. Every call has a deadline, and a refusal with a code that the comment of its method
/// does not name fails the test.
/// </summary>
public sealed class PlatformClients
{
    private readonly CallInvoker _invoker;

    internal PlatformClients(GrpcChannel channel, string? token)
    {
        _invoker = channel.Intercept(new DocumentedErrorsOnly(), new Caller(token));
        Membership = new MembershipService.MembershipServiceClient(_invoker);
        Meetings = new MeetingsService.MeetingsServiceClient(_invoker);
        Commitments = new CommitmentsService.CommitmentsServiceClient(_invoker);
        ChangeLog = new ChangeLogService.ChangeLogServiceClient(_invoker);
        Operations = new OperationsService.OperationsServiceClient(_invoker);
        Records = new RecordService.RecordServiceClient(_invoker);
    }

    public MembershipService.MembershipServiceClient Membership { get; }

    public MeetingsService.MeetingsServiceClient Meetings { get; }

    public CommitmentsService.CommitmentsServiceClient Commitments { get; }

    public ChangeLogService.ChangeLogServiceClient ChangeLog { get; }

    public OperationsService.OperationsServiceClient Operations { get; }

    public RecordService.RecordServiceClient Records { get; }

    /// <summary>Calls a method by its descriptor.</summary>
    public AsyncUnaryCall<IMessage> Call(MethodDescriptor method, IMessage request) =>
        _invoker.AsyncUnaryCall(MethodOf(method, MethodType.Unary), host: null, new CallOptions(), request);

    /// <summary>Calls a server stream by its descriptor.</summary>
    public AsyncServerStreamingCall<IMessage> Stream(MethodDescriptor method, IMessage request) =>
        _invoker.AsyncServerStreamingCall(MethodOf(method, MethodType.ServerStreaming), host: null, new CallOptions(), request);

    private static Method<IMessage, IMessage> MethodOf(MethodDescriptor method, MethodType type) =>
        new(type, method.Service.FullName, method.Name, MarshallerOf(method.InputType), MarshallerOf(method.OutputType));

    private static Marshaller<IMessage> MarshallerOf(MessageDescriptor message) =>
        Marshallers.Create<IMessage>(m => m.ToByteArray(), bytes => message.Parser.ParseFrom(bytes));

    private sealed class Caller(string? token) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
                AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, Complete(context));

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
                AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
            continuation(request, Complete(context));

        private ClientInterceptorContext<TRequest, TResponse> Complete<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context)
            where TRequest : class
            where TResponse : class
        {
            var options = context.Options.WithDeadline(context.Options.Deadline ?? DateTime.UtcNow.AddSeconds(30));
            if (token is not null)
                options = options.WithHeaders(new Metadata { { "authorization", $"Bearer {token}" } });
            return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, options);
        }
    }

    private sealed class DocumentedErrorsOnly : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
                AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            var call = continuation(request, context);
            return new AsyncUnaryCall<TResponse>(CheckAsync(call.ResponseAsync, context.Method), call.ResponseHeadersAsync, call.GetStatus,
                call.GetTrailers, call.Dispose);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context,
                AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            var call = continuation(request, context);
            return new AsyncServerStreamingCall<TResponse>(
                new Reader<TResponse>(call.ResponseStream, next => CheckAsync(next, context.Method)), call.ResponseHeadersAsync,
                    call.GetStatus, call.GetTrailers, call.Dispose);
        }

        private static async Task<TAnswer> CheckAsync<TAnswer, TRequest, TResponse>(Task<TAnswer> answer,
            Method<TRequest, TResponse> method)
        {
            try
            {
                return await answer;
            }
            catch (RpcException e)
            {
                var documented = ProtoComments.Of(method.ServiceName, method.Name).Errors;
                Assert.True(documented.Contains(e.StatusCode), $"{method.FullName} ended in {e.Status}, which its comment does not name.");
                throw;
            }
        }

        private sealed class Reader<T>(IAsyncStreamReader<T> stream, Func<Task<bool>, Task<bool>> check) : IAsyncStreamReader<T>
        {
            public T Current => stream.Current;

            public Task<bool> MoveNext(CancellationToken cancellationToken) => check(stream.MoveNext(cancellationToken));
        }
    }
}
