using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.ChangeLog.V1;
using Platform.Hosting.Identity;
using Platform.Operations.V1;
using Platform.Processes;
using Platform.Records.V1;

namespace Platform.EndToEnd.Tests;

/// <summary>Which service may call which method: for itself, and with the token of the officer whose call it serves.</summary>
public sealed partial class ServicePairsTests(EmbeddedRun embedded, DistributedRun distributed)
{
    private static readonly string[] Stores = ["membership", "meetings", "commitments"];

    // Every pair that is allowed; all others are not.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["rcp.membership.v1.MembershipService/BatchGetParticipants"] = ["meetings", "commitments"],
        ["rcp.membership.v1.MembershipService/BatchGetBodies"] = ["meetings", "commitments"],
        ["rcp.membership.v1.MembershipService/GetStanding"] = Stores,
        ["rcp.membership.v1.MembershipService/FollowChanges"] = ["reporting"],
        ["rcp.meetings.v1.MeetingsService/BatchGetMeetings"] = ["commitments"],
        ["rcp.meetings.v1.MeetingsService/BatchGetOutcomes"] = ["commitments"],
        ["rcp.meetings.v1.MeetingsService/BatchGetDocuments"] = ["membership", "commitments"],
        ["rcp.meetings.v1.MeetingsService/FollowChanges"] = ["reporting"],
        ["rcp.commitments.v1.CommitmentsService/FollowChanges"] = ["reporting"],
        ["rcp.changelog.v1.ChangeLogService/GetLatestPosition"] = ["reporting"],
        ["rcp.changelog.v1.ChangeLogService/SettleRecordTime"] = ["reporting"],
        ["rcp.record.v1.RecordService/ListReferrers"] = Stores,
        ["rcp.record.v1.RecordService/ReplaceReferences"] = Stores,
        ["rcp.record.v1.RecordService/GetCaller"] = [.. Stores, "reporting"],
    };

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task EveryPair_OfServiceAndMethod_IsAllowedExactlyWhereTheListSaysSo(string engine)
    {
        var platform = PlatformOf(engine);
        var wrong = new List<string>();
        var tried = 0;
        foreach (var served in PlatformServices.All)
        {
            var channel = platform.Channel(served.Name);
            foreach (var method in MethodsOf(served))
            {
                var name = $"{method.Service.FullName}/{method.Name}";
                foreach (var caller in PlatformServices.All.Select(s => s.Name))
                {
                    var expected = Allowed.GetValueOrDefault(name, []).Contains(caller);
                    foreach (var (how, headers) in HeadersOf(platform, caller))
                    {
                        tried++;
                        // What an officer may not do, nobody may do for him.
                        if (await RefusalAsync(channel, method, headers) is var reason && reason != "ROLE_INSUFFICIENT"
                            && expected != (reason != "SERVICE_NOT_ALLOWED"))
                        {
                            wrong.Add($"{caller} {how}: {name}: {reason}");
                        }
                    }
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(tried > 800, $"Only {tried} pairs were tried.");
    }

    [Fact]
    public void Comments_OfTheMethods_NameTheServices()
    {
        var protos = Directory.GetFiles(Path.Combine(Repository.Root, "protos", "rcp"), "*_service.proto", SearchOption.AllDirectories);
        var named = protos.SelectMany(file =>
        {
            var text = File.ReadAllText(file);
            var service = $"{Package().Match(text).Groups[1].Value}.{ServiceName().Match(text).Groups[1].Value}";
            return Method().Matches(text).Select(m => (Name: $"{service}/{m.Groups[2].Value}",
                Services: Services().Match(m.Groups[1].Value.Replace("\n  //", "", StringComparison.Ordinal)).Groups[1].Value));
        }).Where(m => m.Services.Length > 0).ToDictionary(m => m.Name, m => m.Services);

        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), named.Keys.Order(StringComparer.Ordinal));
        Assert.All(Allowed, pair => Assert.StartsWith(string.Join(", ", pair.Value), named[pair.Key], StringComparison.Ordinal));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ReplaceReferences_ByAnOfficerAlone_IsRefused(string engine)
    {
        var platform = PlatformOf(engine);

        Assert.Equal("SERVICE_NOT_ALLOWED", await RefusalAsync(platform.Channel("meetings"),
            RecordService.Descriptor.FindMethodByName("ReplaceReferences"), platform.HeaderOf(Role.Officer)));
    }

    private ServedPlatform PlatformOf(string engine) => engine == "sqlite" ? embedded.Platform : distributed.Platform;

    // What is the same of all services is served by each of them, and what is the same of those that have a store by each of these.
    private static IEnumerable<MethodDescriptor> MethodsOf(PlatformService service) =>
    [
        .. service.Descriptor.Methods, .. OperationsService.Descriptor.Methods,
        .. service.HasChangeLog ? [.. ChangeLogService.Descriptor.Methods, .. RecordService.Descriptor.Methods] : (MethodDescriptor[])[],
    ];

    private static IEnumerable<(string How, Metadata Headers)> HeadersOf(ServedPlatform platform, string service)
    {
        var token = $"Bearer {PlatformProcess.IssuerOf(platform.Folder).IssueForService(service)}";
        yield return ("for itself", new() { { "authorization", token } });
        var officer = platform.HeaderOf(Role.Officer);
        officer.Add("x-platform-service", token);
        yield return ("for an officer", officer);
    }

    // The reason of the error that an empty request ends in; null when it is answered.
    private static async Task<string?> RefusalAsync(GrpcChannel channel, MethodDescriptor method, Metadata headers)
    {
        var bytes = Marshallers.Create<byte[]>(b => b, b => b);
        var options = new CallOptions(headers, DateTime.UtcNow.AddSeconds(30));
        try
        {
            if (method.IsServerStreaming)
            {
                using var stream = channel.CreateCallInvoker().AsyncServerStreamingCall(new Method<byte[], byte[]>(
                    MethodType.ServerStreaming, method.Service.FullName, method.Name, bytes, bytes), null, options, []);
                await stream.ResponseStream.MoveNext();
            }
            else
            {
                await channel.CreateCallInvoker().AsyncUnaryCall(new Method<byte[], byte[]>(
                    MethodType.Unary, method.Service.FullName, method.Name, bytes, bytes), null, options, []);
            }
            return null;
        }
        catch (RpcException e)
        {
            return e.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? e.StatusCode.ToString();
        }
    }

    [GeneratedRegex(@"^package ([a-z0-9.]+);", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Package();

    [GeneratedRegex(@"^service (\w+) {", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"((?:^  //[^\n]*\n)+)  rpc (\w+)\(", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Method();

    [GeneratedRegex(@"Services: ([^.]*)\.", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Services();
}
