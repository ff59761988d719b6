using Platform.Fixtures;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;

namespace Platform.Meetings.Tests;

/// <summary>A meetings service whose broker cannot be reached: the log is in the database, so nobody needs to wait.</summary>
public sealed class BrokerAwayTests
{
    [Fact]
    public async Task Write_IsAnsweredAndFollowed_WithoutTheBroker()
    {
        await using var process = await InProcessPlatform.StartAsync(onServers: true, [MeetingsModule.Name],
            $"--Services:Membership:Address={InProcessPlatform.ClosedAddress()}",
            $"--RabbitMq:Uri=amqp://guest:guest@{new Uri(InProcessPlatform.ClosedAddress()).Authority}");
        using var feed = process.As(Role.Reader).Meetings.FollowChanges(new() { FromNow = true });
        Assert.True(await feed.ResponseStream.MoveNext(CancellationToken.None));

        var recorded = (await process.As(Role.Officer).Meetings.CreateMeetingAsync(new()
        {
            Meeting = new Meeting { Name = "meetings/one", Title = "Meeting", Kind = MeetingKind.Workshop, Status = MeetingStatus.Held },
        })).Meeting;

        do
            Assert.True(await feed.ResponseStream.MoveNext(CancellationToken.None));
        while (feed.ResponseStream.Current.Change is null);
        Assert.Equal(recorded, feed.ResponseStream.Current.Change.Meeting);
    }
}
