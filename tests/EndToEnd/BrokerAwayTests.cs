using Platform.Hosting.Identity;
using Platform.Membership.V1;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A broker that is away delays the changes and stops nothing else.</summary>
public sealed class BrokerAwayTests
{
    [Fact]
    public async Task Service_StartedWhileTheBrokerIsAway_IsReadyAndRecords()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var platform = await DistributedPlatform.PrepareAsync();
        platform.Set("RabbitMq:Uri", $"amqp://user:password@127.0.0.1:{LoopbackPorts.Free()}");
        var health = $"http://127.0.0.1:{LoopbackPorts.Free()}";
        platform.SetOf("membership", "Health:Address", health);

        platform.Start("membership");

        using var membership = platform.ChannelTo("membership");
        await Eventually.IsTrueAsync(membership.IsServingAsync);
        using var client = new HttpClient();
        Assert.Equal("ready\n", await client.GetStringAsync($"{health}/readyz", cancel));
        var body = await new MembershipService.MembershipServiceClient(membership).CreateBodyAsync(new()
        {
            Body = new()
            {
                Name = "bodies/recorded",
                Kind = BodyKind.AdHocGroup,
                Names = { new DatedName { Text = "A body that is recorded", Kind = NameKind.Official } },
            },
        }, PlatformProcess.HeaderOf(platform.Folder, Role.Officer), cancellationToken: cancel);
        Assert.Equal("bodies/recorded", body.Body.Name);
    }
}
