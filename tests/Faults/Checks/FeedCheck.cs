using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Platform.Faults.Checks;

/// <summary>The change feed from the beginning, and every resource read back over gRPC, against the database.</summary>
internal static class FeedCheck
{
    public static async Task RunAsync(Cluster cluster, ServiceLog service, Metadata headers, Findings findings)
    {
        foreach (var node in cluster.NodesOf(service.Service))
            await CheckFeedAsync(node, service, headers, findings);
        await CheckListsAsync(cluster.NodesOf(service.Service)[1], service, headers, findings);
    }

    private static async Task CheckFeedAsync(Node node, ServiceLog service, Metadata headers, Findings findings)
    {
        var method = Calls.ServiceOf(service.Service).FindMethodByName("FollowChanges");
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var request = method.InputType.Parser.ParseFrom(ByteString.Empty);
        method.InputType.FindFieldByName("from_beginning").Accessor.SetValue(request, true);
        using var call = node.Channel.Stream(method, request,
            new CallOptions(headers, cancellationToken: deadline.Token));
        var expected = 0;
        while (expected < service.Log.Count && await call.ResponseStream.MoveNext(deadline.Token))
        {
            var answer = call.ResponseStream.Current;
            if (answer.Descriptor.FindFieldByName("change").Accessor.GetValue(answer) is not IChange change)
                continue;
            var position = change.Metadata.Position;
            if (position <= expected)
            {
                findings.Duplicated($"feed {service.Service} {position}", $"The feed of {node.Name} has position {position} again after "
                    + $"position {expected}.");
            }
            for (; expected + 1 < position; expected++)
                LostOrDiffering(service.Log[expected], node, findings);
            if (position != expected + 1)
                continue;
            var row = service.Log[expected++];
            if (!IsSame(change, row))
            {
                findings.Differing($"feed {service.Service} {position}", $"The feed of {node.Name} tells something else than the log: "
                    + $"{change.Metadata}, but {row}");
            }
        }
    }

    private static void LostOrDiffering(LogRow row, Node node, Findings findings) =>
        findings.Lost(row.RequestId, $"{row} is not in the feed of {node.Name}.");

    private static bool IsSame(IChange change, LogRow row)
    {
        var metadata = change.Metadata;
        var resource = (IMessage)change.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(change).Accessor.GetValue(change);
        return metadata.ChangeId == row.ChangeId.ToString() && metadata.ResourceName == row.Name && metadata.ResourceType == row.Type
            && metadata.ResourceVersion == row.Version && (int)metadata.Kind == row.Kind && metadata.EffectiveDate == row.EffectiveDate
            && metadata.RecordTime.Equals(row.RecordTime.ToTimestamp()) && metadata.Actor == row.Actor
                && metadata.RequestId == row.RequestId
            && resource.ToByteArray().AsSpan().SequenceEqual(row.State);
    }

    private static async Task CheckListsAsync(Node node, ServiceLog service, Metadata headers, Findings findings)
    {
        foreach (var type in service.Records.Values.Select(r => r.Type).Distinct())
        {
            var expected = service.Records.Where(r => r.Value.Type == type).ToDictionary(r => r.Key, r => r.Value.State);
            var read = new Dictionary<string, byte[]>();
            await foreach (var record in ListAsync(node, service.Service, type, headers))
            {
                if (!read.TryAdd(record.Name, record.ToByteArray()))
                    findings.Duplicated($"list {record.Name}", $"{record.Name} is twice in the list of {node.Name}.");
            }
            foreach (var (name, state) in expected.Where(e => !read.TryGetValue(e.Key, out var actual) || !actual.AsSpan()
                .SequenceEqual(e.Value)))
            {
                findings.Differing(name, read.ContainsKey(name) ? $"{node.Name} reads it with other content than is stored: "
                    + $"{Convert.ToHexString(state)}" : $"It is not in the list of {node.Name}.");
            }
            foreach (var name in read.Keys.Where(name => !expected.ContainsKey(name)))
                findings.Differing(name, $"{node.Name} lists it, and it is not stored.");
        }
    }

    private static async IAsyncEnumerable<IResource> ListAsync(Node node, string service, string type, Metadata headers)
    {
        // ListBodies and the like: the one whose answer holds resources of this type.
        var method = Calls.ServiceOf(service).Methods.Single(m => m.Name.StartsWith("List", StringComparison.Ordinal)
            && m.OutputType.Fields[1] is { IsRepeated: true, FieldType: Google.Protobuf.Reflection.FieldType.Message } field
                && field.MessageType.Name == type);
        var token = "";
        do
        {
            var request = method.InputType.Parser.ParseFrom(ByteString.Empty);
            request.Descriptor.FindFieldByName("page_size").Accessor.SetValue(request, 1000);
            request.Descriptor.FindFieldByName("page_token").Accessor.SetValue(request, token);
            var answer = await node.Channel.Unary(method, request, new CallOptions(headers, DateTime.UtcNow.AddSeconds(30)));
            foreach (IResource record in (System.Collections.IList)answer.Descriptor.Fields[1].Accessor.GetValue(answer))
                yield return record;
            token = Convert.ToString(answer.Descriptor.FindFieldByName("next_page_token").Accessor.GetValue(answer),
                CultureInfo.InvariantCulture)!;
        }
        while (token.Length > 0);
    }
}
