using Grpc.Core;
using Platform.Hosting.Identity;

namespace Platform.Fixtures;

/// <summary>What holds of every method of a service.</summary>
public abstract class MethodSpecification(PlatformFixture platform)
{
    [Theory, EveryMethod]
    public async Task EveryRole_IsLetInExactlyWhereTheCommentSaysSo(string method)
    {
        var allowed = ProtoComments.Of(Service.FullName, method).Roles;

        // Services have a list of their own.
        foreach (var role in Enum.GetValues<Role>().Where(r => r != Role.Service))
        {
            var refused = await CallAsync(method, platform.Process.As(role, role == Role.PartySystem ? "participants/idn" : ""));
            Assert.True((refused?.Reason != "ROLE_INSUFFICIENT") == allowed.Contains(role),
                $"{method}, role {role.Name()}: the comment and the service differ.");
            if (!allowed.Contains(role))
                Assert.Equal($"{Service.FullName}/{method}", refused!.Metadata["method"]);
        }
    }

    [Theory, EveryMethod]
    public async Task NobodyKnown_IsLetIn(string method)
    {
        Assert.Equal("TOKEN_INVALID", (await CallAsync(method, platform.Process.With(token: null)))?.Reason);
        Assert.Equal("TOKEN_INVALID", (await CallAsync(method, platform.Process.With("bm8gdG9rZW4")))?.Reason);
    }

    [Fact]
    public async Task RequestOf5Megabytes_IsRefusedAsTooLarge()
    {
        var method = ResourceMethods.OfService(Service).First().Create;
        // Fields that the server does not know count as much as those it does.
        var request = method.InputType.Parser.ParseFrom([.. Varint((1000 << 3) | 2), .. Varint(5_000_000), .. new byte[5_000_000]]);

        var refused = await platform.Officer.Call(method, request).RefusedAsync();

        Assert.Equal((StatusCode.ResourceExhausted, "LIMIT_EXCEEDED", "message_size"),
            (refused.Code, refused.Reason, refused.Metadata["limit"]));
    }

    private Google.Protobuf.Reflection.ServiceDescriptor Service => SpecifiesAttribute.ServiceOf(GetType().Assembly);

    // Calls with an empty request; null when something was answered.
    private async Task<RefusedCall?> CallAsync(string method, PlatformClients clients)
    {
        var descriptor = Service.FindMethodByName(method);
        var request = ResourceMethods.Request(descriptor);
        if (!descriptor.IsServerStreaming)
        {
            var call = clients.Call(descriptor, request);
            return await EndsWellAsync(call.ResponseAsync) ? null : await call.RefusedAsync();
        }
        using var stream = clients.Stream(descriptor, request);
        var first = stream.ResponseStream.MoveNext(CancellationToken.None);
        return await EndsWellAsync(first) ? null : await stream.RefusedAsync();
    }

    private static async Task<bool> EndsWellAsync(Task answer)
    {
        try
        {
            await answer;
            return true;
        }
        catch (RpcException)
        {
            return false;
        }
    }

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value > 127; value >>= 7)
            yield return (byte)((value & 127) | 128);
        yield return (byte)value;
    }
}
