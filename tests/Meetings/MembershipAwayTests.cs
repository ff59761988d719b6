using System.Diagnostics;
using Grpc.Core;
using Platform.Fixtures;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;

namespace Platform.Meetings.Tests;

/// <summary>A meetings service alone, whose membership service cannot be reached.</summary>
public sealed class MembershipAwayTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task CreateMeeting_ThatNamesABody_IsUnavailableInTimeAndStoresNothing(bool onServers)
    {
        await using var process = await AloneAsync(onServers);
        var meeting = MeetingWith(m => m.Bodies.Add("bodies/ahg"));
        var watch = Stopwatch.StartNew();

        var refused = await process.As(Role.Officer).Meetings.CreateMeetingAsync(new() { Meeting = meeting },
            deadline: DateTime.UtcNow.AddSeconds(10)).RefusedAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
        Assert.Equal((StatusCode.Unavailable, "DEPENDENCY_UNAVAILABLE", "membership service"),
            (refused.Code, refused.Reason, refused.Metadata["dependency"]));
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        await process.As(Role.Reader).Meetings.GetMeetingAsync(new() { Name = meeting.Name })
            .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", meeting.Name));
        Assert.Equal(0, (await process.As(Role.Reader).ChangeLog.GetLatestPositionAsync(new() { Service = "meetings" })).Position);
    }

    [Fact]
    public async Task CreateMeeting_ThatNamesNobody_NeedsNoOtherService()
    {
        await using var process = await AloneAsync(onServers: false);

        Assert.Equal(1, (await process.As(Role.Officer).Meetings.CreateMeetingAsync(
            new() { Meeting = MeetingWith(_ => { }) })).Meeting.Version);
    }

    private static Task<InProcessPlatform> AloneAsync(bool onServers) =>
        InProcessPlatform.StartAsync(onServers, [MeetingsModule.Name],
            $"--Services:Membership:Address={InProcessPlatform.ClosedAddress()}");

    private static Meeting MeetingWith(Action<Meeting> change)
    {
        var meeting = new Meeting
        {
            Name = $"meetings/{PlatformFixture.NewId()}",
            Title = "Meeting",
            Kind = MeetingKind.Workshop,
            Status = MeetingStatus.Held,
        };
        change(meeting);
        return meeting;
    }
}
