using Grpc.Core;
using Platform.ChangeLog.V1;
using Platform.Fixtures;
using Platform.Hosting.Identity;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Platform.Membership.Tests;

/// <summary>What is the same of the change logs of all services.</summary>
public abstract class ChangeLogServiceTests(PlatformFixture platform)
{
    [Theory]
    [InlineData("membership")]
    [InlineData("meetings")]
    [InlineData("commitments")]
    public async Task GetLatestPosition_EachService_HasALogOfItsOwn(string service)
    {
        var end = await platform.Reader.ChangeLog.GetLatestPositionAsync(new() { Service = service });
        var others = await Task.WhenAll(PlatformServices.WithChangeLog.Where(s => s.Name != service)
            .Select(async s => (await platform.Reader.ChangeLog.GetLatestPositionAsync(new() { Service = s.Name })).LogId));

        Assert.True(Guid.TryParse(end.LogId, out _));
        Assert.DoesNotContain(end.LogId, others);
    }

    [Fact]
    public async Task GetLatestPosition_ServiceThatThisProcessDoesNotServe_IsNotFound()
    {
        foreach (var service in new[] { "", "finance", "reporting" })
        {
            await platform.Reader.ChangeLog.GetLatestPositionAsync(new() { Service = service })
                .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", service));
            await platform.Officer.ChangeLog.ListDigestsAsync(new() { Service = service })
                .IsRefusedAsync("RESOURCE_NOT_FOUND", ("resource", service));
        }
    }

    [Fact]
    public async Task SettleRecordTime_AMoment_AnswersTheEndOfTheLog()
    {
        var end = await platform.Reader.ChangeLog.GetLatestPositionAsync(new() { Service = "membership" });

        var settled = await platform.Process.As(Role.Operator).ChangeLog
            .SettleRecordTimeAsync(new() { Service = "membership", Time = Timestamp.FromDateTime(DateTime.UtcNow) });

        Assert.Equal(end.LogId, settled.LogId);
        Assert.True(settled.Position >= end.Position);
    }

    [Fact]
    public async Task SettleRecordTime_NoMomentOrOneThatIsFarAhead_IsRefused()
    {
        var operators = platform.Process.As(Role.Operator).ChangeLog;

        await operators.SettleRecordTimeAsync(new() { Service = "membership" }).IsRefusedForFieldAsync("time");
        var ahead = Timestamp.FromDateTime(DateTime.UtcNow.AddMinutes(2));
        await operators.SettleRecordTimeAsync(new() { Service = "membership", Time = ahead })
            .IsRefusedForFieldAsync("time");
    }

    [Fact]
    public async Task EveryRole_IsLetInExactlyWhereTheCommentSaysSo()
    {
        foreach (var method in ChangeLogService.Descriptor.Methods)
        {
            var allowed = ProtoComments.Of(ChangeLogService.Descriptor.FullName, method.Name).Roles;
            foreach (var role in Enum.GetValues<Role>().Where(r => r != Role.Service))
            {
                var caller = platform.Process.As(role, role == Role.PartySystem ? "participants/idn" : "");
                var refused = await RefusalAsync(caller.Call(method, ResourceMethods.Request(method, ("service", "membership"))));
                Assert.True((refused != "ROLE_INSUFFICIENT") == allowed.Contains(role),
                    $"{method.Name}, role {role.Name()}: the comment and the service differ.");
            }
            Assert.Equal("TOKEN_INVALID", await RefusalAsync(platform.Process.With(token: null)
                .Call(method, ResourceMethods.Request(method))));
        }
    }

    private static async Task<string?> RefusalAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return null;
        }
        catch (RpcException)
        {
            return (await call.RefusedAsync()).Reason;
        }
    }
}

public sealed class ChangeLogServiceEmbedded(EmbeddedPlatform platform) : ChangeLogServiceTests(platform);

public sealed class ChangeLogServiceOnServers(ServersPlatform platform) : ChangeLogServiceTests(platform);
