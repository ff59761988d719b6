using Platform.Fixtures;
using Platform.Hosting.Identity;
using Platform.Operations.V1;
using Platform.Processes;

namespace Platform.Membership.Tests;

/// <summary>What every process tells those who run it.</summary>
public abstract class OperationsServiceTests(PlatformFixture platform)
{
    [Fact]
    public async Task GetProcessStatus_OfEachLog_TellsHowFarItWasPublished()
    {
        var operations = platform.Process.As(Role.Operator).Operations;
        await ResourceMethods.Of("Body").CreateAsync(platform.Officer, await platform.DraftAsync("Body"));
        var latest = await platform.Reader.ChangeLog.GetLatestPositionAsync(new() { Service = "membership" });

        var process = new GetProcessStatusResponse();
        await Eventually.IsTrueAsync(async () =>
        {
            process = await operations.GetProcessStatusAsync(new());
            return process.ChangeLogs.Single(l => l.Service == "membership").PublishedPosition >= latest.Position;
        });

        Assert.Matches(@"^\d+\.\d+\.\d+", process.Version);
        Assert.Equal(["commitments", "meetings", "membership"], process.ChangeLogs.Select(l => l.Service));
        // Other tests record meanwhile.
        Assert.All(process.ChangeLogs, l => Assert.Equal(l.PublishedPosition < l.Position, l.WaitingTime is not null));
    }

    [Fact]
    public async Task GetProcessStatus_EveryRole_IsLetInExactlyWhereTheCommentSaysSo()
    {
        var allowed = ProtoComments.Of(OperationsService.Descriptor.FullName, "GetProcessStatus").Roles;
        foreach (var role in Enum.GetValues<Role>().Where(r => r != Role.Service))
        {
            var caller = platform.Process.As(role, role == Role.PartySystem ? "participants/idn" : "");
            var call = caller.Operations.GetProcessStatusAsync(new());
            if (allowed.Contains(role))
                await call;
            else
                await call.IsRefusedAsync("ROLE_INSUFFICIENT", ("method", "rcp.operations.v1.OperationsService/GetProcessStatus"));
        }
        await platform.Process.With(token: null).Operations.GetProcessStatusAsync(new()).IsRefusedAsync("TOKEN_INVALID");
    }
}

public sealed class OperationsServiceEmbedded(EmbeddedPlatform platform) : OperationsServiceTests(platform);

public sealed class OperationsServiceOnServers(ServersPlatform platform) : OperationsServiceTests(platform);
