using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Platform.Fixtures;

/// <summary>What holds of the change log of every service, as its feed and as what it publishes.</summary>
public abstract class ChangeFeedSpecification(PlatformFixture platform)
{
    [Fact]
    public async Task Follow_FromTheBeginning_GivesEveryPositionInOrder()
    {
        var first = await RecordAsync();
        var last = await RecordAsync();

        var positions = new List<long>();
        // Who sees everything: readers miss what they may not see.
        await foreach (var (change, _) in FollowAsync(platform.Officer, after: 0))
        {
            if (change is null)
                continue;
            positions.Add(change.Metadata.Position);
            if (change.Metadata.ResourceName == last.Name)
                break;
        }

        Assert.Equal(Enumerable.Range(1, positions.Count).Select(p => (long)p), positions);
        Assert.Contains(await PositionOfAsync(first), positions);
    }

    [Fact]
    public async Task Follow_FromTheLastPositionSeen_ResumesRightAfterIt()
    {
        var seen = await RecordAsync();
        var next = await RecordAsync();
        var position = await PositionOfAsync(seen);

        await foreach (var (change, resumeFrom) in FollowAsync(position))
        {
            Assert.Equal(position + 1, change?.Metadata.Position);
            Assert.Equal(position + 1, resumeFrom);
            break;
        }
        Assert.True(await PositionOfAsync(next) > position);
    }

    [Fact]
    public async Task Follow_WhatIsRecordedWhileFollowing_Comes()
    {
        IResource? recorded = null;

        await foreach (var (change, _) in FollowAsync(await LatestAsync()))
        {
            // The first heartbeat says that the feed is connected.
            if (change is null && recorded is null)
                recorded = await RecordAsync();
            if (recorded is not null && change?.Metadata.ResourceName == recorded.Name)
            {
                Assert.Equal(recorded, ResourceMethods.Resource(change));
                return;
            }
        }
    }

    [Fact]
    public async Task Follow_NothingComes_SendsAHeartbeatWithThePosition()
    {
        await RecordAsync();

        await foreach (var (change, position) in FollowAsync(await LatestAsync()))
        {
            if (change is not null)
                continue;
            Assert.InRange(position, 1, await LatestAsync());
            return;
        }
    }

    [Fact]
    public async Task Follow_OnlySomeTypes_GivesThoseAndMovesOn()
    {
        await RecordAsync();
        var wanted = ResourceMethods.OfService(Service).Last();
        var recorded = await wanted.CreateAsync(platform.Officer, await platform.DraftAsync(wanted.Type));

        await foreach (var (change, _) in FollowAsync(after: 0, wanted.Type))
        {
            if (change is null)
                continue;
            Assert.Equal(wanted.Type, change.Metadata.ResourceType);
            if (change.Metadata.ResourceName == recorded.Name)
                break;
        }
    }

    [Fact]
    public async Task Follow_BeyondTheEnd_IsRefusedWithBothPositions()
    {
        var refused = await (await StreamAsync(long.MaxValue)).RefusedAsync();

        Assert.Equal((StatusCode.OutOfRange, "POSITION_OUT_OF_RANGE"), (refused.Code, refused.Reason));
        Assert.Equal(long.MaxValue.ToString(System.Globalization.CultureInfo.InvariantCulture), refused.Metadata["position"]);
    }

    [Fact]
    public async Task Follow_WithoutAStartOrInAnotherLog_IsRefused()
    {
        using var nowhere = platform.Reader.Stream(Method, ResourceMethods.Request(Method));
        Assert.Equal(["start"], (await nowhere.RefusedAsync()).Fields);
        using var another = platform.Reader.Stream(Method, ResourceMethods.Request(Method, ("after_position", 1L), ("log_id", "another")));
        var refused = await another.RefusedAsync();
        Assert.Equal((StatusCode.FailedPrecondition, "LOG_REPLACED"), (refused.Code, refused.Reason));
        Assert.Equal(await LogIdAsync(), refused.Metadata["log_id"]);
    }

    [Fact]
    public async Task Pull_FromAPosition_GivesWhatIsThereWithItsLog()
    {
        var recorded = await RecordAsync();
        var method = Service.FindMethodByName("PullChanges");

        var answer = await platform.Reader.Call(method, ResourceMethods.Request(method,
            ("after_position", await PositionOfAsync(recorded) - 1), ("log_id", await LogIdAsync()), ("page_size", 1)));

        var changes = (System.Collections.IList)method.OutputType.FindFieldByName("changes").Accessor.GetValue(answer);
        var change = Assert.IsType<IChange>(Assert.Single(changes.Cast<object>()), exactMatch: false);
        Assert.Equal(recorded, ResourceMethods.Resource(change));
        Assert.Equal(("", await LogIdAsync()), (change.Metadata.Actor, change.Metadata.LogId));
        Assert.True(change.Metadata.Current);
    }

    [Fact]
    public async Task Follow_NegativePositionOrUnknownType_IsRefused()
    {
        Assert.Equal(["after_position"], (await (await StreamAsync(-1)).RefusedAsync()).Fields);
        Assert.Equal(["resource_types"], (await (await StreamAsync(0, "Nonsense")).RefusedAsync()).Fields);
    }

    [Fact]
    public async Task Follow_ByTheSystemOfAMemberState_IsServed()
    {
        var recorded = await RecordAsync();
        using var stream = platform.MemberState("participants/idn").Stream(Method, await RequestAsync(await PositionOfAsync(recorded) - 1));

        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal(recorded, ResourceMethods.Resource(ChangeOf(stream.ResponseStream.Current)!));
    }

    [Fact]
    public void Follow_WhoMayFollow_MayReadEveryResource()
    {
        var followers = ProtoComments.Of(Service.FullName, "FollowChanges").Roles;

        Assert.All(ResourceMethods.OfService(Service), methods =>
            Assert.Subset(ProtoComments.Of(Service.FullName, methods.Get.Name).Roles.ToHashSet(), followers.ToHashSet()));
    }

    [Fact]
    public async Task Follow_FromNow_GivesNothingOfBefore()
    {
        await RecordAsync();
        var latest = await LatestAsync();
        using var stream = platform.Reader.Stream(Method, ResourceMethods.Request(Method, ("from_now", true)));

        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));
        var first = stream.ResponseStream.Current;
        Assert.True((long)first.Descriptor.FindFieldByName("position").Accessor.GetValue(first) >= latest);
    }

    [Fact]
    public async Task Follow_OfSomethingThatIsNoParticipant_IsRefused()
    {
        using var stream = platform.Reader.Stream(Method, ResourceMethods.Request(Method, ("from_beginning", true),
            ("concerning", "meetings/mc-5")));

        Assert.Equal(["concerning"], (await stream.RefusedAsync()).Fields);
    }

    [Fact]
    public async Task Publish_EveryChange_IsTheEventOfTheFeed()
    {
        var recorded = await RecordAsync();
        var inTheTrail = Assert.Single(await ResourceMethods.Of(recorded.Descriptor.Name).ChangesAsync(platform.Officer, recorded.Name));
        // The trail of a moment ago may not have had its position yet.
        var position = await PositionOfAsync(recorded);

        await foreach (var (inTheFeed, _) in FollowAsync(platform.Officer, position - 1))
        {
            Assert.Equal(inTheTrail.Metadata.ChangeId, inTheFeed!.Metadata.ChangeId);
            Assert.Equal(inTheFeed, await platform.Process.Published.ChangeAsync(inTheTrail.Metadata.ChangeId));
            break;
        }
    }

    [Fact]
    public async Task Follow_ByAReader_DoesNotTellWhoMadeTheChange()
    {
        var position = await PositionOfAsync(await RecordAsync());

        await foreach (var (change, _) in FollowAsync(position - 1))
        {
            Assert.Equal(("", ""), (change!.Metadata.Actor, change.Metadata.RequestId));
            break;
        }
    }

    [Fact]
    public async Task Publish_OnRabbitMq_IsJsonThatAnyLanguageReads()
    {
        if (platform.Process.RabbitMq is not { } address)
            return;
        await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        // Platform.Meetings.V1:Change
        await channel.QueueBindAsync(queue, $"{Service.File.GetOptions().CsharpNamespace}:Change", routingKey: "");
        var wanted = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var expected = PlatformFixture.NewId("request");
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var text = Encoding.UTF8.GetString(delivery.Body.Span);
            if (text.Contains(expected, StringComparison.Ordinal))
                wanted.TrySetResult(text);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);

        var methods = ResourceMethods.OfService(Service).First();
        var recorded = await methods.CreateAsync(platform.Officer, await platform.DraftAsync(methods.Type), expected);

        using var json = System.Text.Json.JsonDocument.Parse(await wanted.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        var change = Change.Parser.ParseJson(json.RootElement.GetProperty("message").GetRawText());
        Assert.Equal(recorded, ResourceMethods.Resource((IChange)change));
    }

    private ServiceDescriptor Service => SpecifiesAttribute.ServiceOf(GetType().Assembly);

    private MethodDescriptor Method => Service.FindMethodByName("FollowChanges");

    private MessageDescriptor Change => Method.OutputType.FindFieldByName("change").MessageType;

    private async Task<IResource> RecordAsync()
    {
        var methods = ResourceMethods.OfService(Service).First();
        return await methods.CreateAsync(platform.Officer, await platform.DraftAsync(methods.Type));
    }

    private async Task<IMessage> RequestAsync(long after, params string[] types) =>
        ResourceMethods.Request(Method, ("after_position", after), ("log_id", await LogIdAsync()), ("resource_types", types));

    private async Task<string> LogIdAsync() =>
        (await platform.Reader.ChangeLog.GetLatestPositionAsync(new() { Service = PlatformServices.Of(Service).Name })).LogId;

    private async Task<AsyncServerStreamingCall<IMessage>> StreamAsync(long after, params string[] types) =>
        platform.Reader.Stream(Method, await RequestAsync(after, types));

    private IAsyncEnumerable<(IChange? Change, long Position)> FollowAsync(long after, params string[] types) =>
        FollowAsync(platform.Reader, after, types);

    private async IAsyncEnumerable<(IChange? Change, long Position)> FollowAsync(PlatformClients caller, long after, params string[] types)
    {
        using var stream = caller.Stream(Method, await RequestAsync(after, types));
        while (await stream.ResponseStream.MoveNext(CancellationToken.None))
        {
            var answer = stream.ResponseStream.Current;
            yield return (ChangeOf(answer), (long)answer.Descriptor.FindFieldByName("position").Accessor.GetValue(answer));
        }
    }

    private static IChange? ChangeOf(IMessage answer) => (IChange?)answer.Descriptor.FindFieldByName("change").Accessor.GetValue(answer);

    private async Task<long> LatestAsync() =>
        (await platform.Reader.ChangeLog.GetLatestPositionAsync(new() { Service = PlatformServices.Of(Service).Name })).Position;

    // Everything answered before GetLatestPosition has its position.
    private async Task<long> PositionOfAsync(IResource record)
    {
        await LatestAsync();
        return (await ResourceMethods.Of(record.Descriptor.Name).ChangesAsync(platform.Officer, record.Name))[0].Metadata.Position;
    }
}
