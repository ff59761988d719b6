using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.ChangeLog.V1;
using Platform.Hosting.Identity;
using Platform.Operations.V1;
using Platform.Processes;
using Platform.Records.V1;

namespace Platform.Attack;

/// <summary>What the platform holds and offers, so that what is sent can come close to it.</summary>
internal sealed class Recorded
{
    private readonly ConcurrentDictionary<string, List<byte[]>> _resources = new(StringComparer.Ordinal);

    /// <summary>The names of its resources.</summary>
    public List<string> Names { get; } = ["reports/mc-5", "deadLetters/a"];

    /// <summary>Every method that it offers.</summary>
    public List<MethodDescriptor> Methods { get; } =
    [
        .. PlatformServices.All.SelectMany(s => s.Descriptor.Methods), .. ChangeLogService.Descriptor.Methods,
        .. RecordService.Descriptor.Methods, .. OperationsService.Descriptor.Methods, .. Grpc.Health.V1.Health.Descriptor.Methods,
        .. Grpc.Reflection.V1Alpha.ServerReflection.Descriptor.Methods,
    ];

    /// <summary>A resource of a type as it was recorded, in its binary form; null when there is none.</summary>
    public byte[]? ResourceOf(MessageDescriptor type, Random random) =>
        _resources.TryGetValue(type.FullName, out var known) ? known[random.Next(known.Count)] : null;

    /// <summary>Reads it all.</summary>
    public static async Task<Recorded> ReadAsync(Uri address, string folder)
    {
        var recorded = new Recorded();
        using var channel = GrpcChannel.ForAddress(address);
        var headers = PlatformProcess.HeaderOf(folder, Role.Officer);
        foreach (var method in PlatformServices.WithChangeLog.Select(s => s.Descriptor.FindMethodByName("PullChanges")))
        {
            var invoke = new Method<IMessage, IMessage>(MethodType.Unary, method.Service.FullName, method.Name,
                MarshallerOf(method.InputType), MarshallerOf(method.OutputType));
            var request = method.InputType.Parser.ParseJson("""{"fromBeginning": true, "pageSize": 1000}""");
            var answer = await channel.CreateCallInvoker().AsyncUnaryCall(invoke, null, new CallOptions(headers), request);
            foreach (IMessage change in (System.Collections.IList)method.OutputType.FindFieldByName("changes").Accessor.GetValue(answer))
                recorded.Add(change);
        }
        return recorded;
    }

    private void Add(IMessage change)
    {
        var kind = change.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(change);
        if (kind?.Accessor.GetValue(change) is not IMessage resource)
            return;
        var name = (string)resource.Descriptor.FindFieldByName("name").Accessor.GetValue(resource);
        // Else its meeting would be retracted and merged, as whoever may do so may.
        if (name == WellBehavedClient.Meeting)
            return;
        _resources.GetOrAdd(resource.Descriptor.FullName, []).Add(resource.ToByteArray());
        Names.Add(name);
    }

    private static Marshaller<IMessage> MarshallerOf(MessageDescriptor message) =>
        Marshallers.Create<IMessage>(m => m.ToByteArray(), bytes => message.Parser.ParseFrom(bytes));
}
