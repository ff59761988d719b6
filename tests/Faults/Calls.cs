using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Platform.Commitments.V1;
using Platform.Meetings.V1;
using Platform.Membership.V1;

namespace Platform.Faults;

/// <summary>Calls methods by their descriptors.</summary>
internal static class Calls
{
    private static readonly ConcurrentDictionary<MethodDescriptor, Method<IMessage, IMessage>> Methods = new();

    /// <summary>The descriptor of a service by its name, for example <c>meetings</c>.</summary>
    public static ServiceDescriptor ServiceOf(string name) => name switch
    {
        "membership" => MembershipService.Descriptor,
        "meetings" => MeetingsService.Descriptor,
        "commitments" => CommitmentsService.Descriptor,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No service of this name."),
    };

    /// <summary>Calls a method.</summary>
    public static AsyncUnaryCall<IMessage> Unary(this ChannelBase channel, MethodDescriptor method, IMessage request,
        CallOptions options) =>
        channel.CreateCallInvoker().AsyncUnaryCall(MethodOf(method), null, options, request);

    /// <summary>Calls a method that answers with a stream.</summary>
    public static AsyncServerStreamingCall<IMessage> Stream(this ChannelBase channel, MethodDescriptor method, IMessage request,
        CallOptions options) =>
        channel.CreateCallInvoker().AsyncServerStreamingCall(MethodOf(method), null, options, request);

    /// <summary>The headers of a caller.</summary>
    public static Metadata HeadersOf(string token) => new() { { "authorization", $"Bearer {token}" } };

    /// <summary>The resource of an answer that has one and nothing else.</summary>
    public static IResource RecordOf(IMessage answer) => (IResource)answer.Descriptor.Fields[1].Accessor.GetValue(answer);

    private static Method<IMessage, IMessage> MethodOf(MethodDescriptor descriptor) => Methods.GetOrAdd(descriptor, static method =>
        new Method<IMessage, IMessage>(
            method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary, method.Service.FullName, method.Name,
                MarshallerOf(method.InputType), MarshallerOf(method.OutputType)));

    private static Marshaller<IMessage> MarshallerOf(MessageDescriptor message) =>
        Marshallers.Create<IMessage>(m => m.ToByteArray(), bytes => message.Parser.ParseFrom(bytes));
}
