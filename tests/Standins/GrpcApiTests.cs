using Grpc.Core;

namespace Platform.Standins.Tests;

/// <summary>What the official libraries do not ask for, but callers rely on.</summary>
public sealed class GrpcApiTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a:b")]
    public void MetadataKey_BadCharacter_IsRefused(string key)
        => Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Fact]
    public void MetadataEntry_KeyAndValueDisagreeOnBytes_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("a-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("a", new byte[] { 1 }));
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("a-bin", new byte[] { 1 }).Value);
    }

    [Fact]
    public void Metadata_SameKeyTwice_GetGivesTheLast()
    {
        var metadata = new Metadata { { "Key", "1" }, { "key", "2" } };

        Assert.Equal("2", metadata.GetValue("KEY"));
        Assert.Equal(["1", "2"], metadata.GetAll("key").Select(e => e.Value));
        Assert.Null(metadata.Get("other"));
    }

    [Fact]
    public void MetadataEmpty_Add_IsRefused()
        => Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));

    [Fact]
    public void MetadataEntry_BytesChangedByCaller_StaysAsItWas()
    {
        byte[] bytes = [1];
        var entry = new Metadata.Entry("a-bin", bytes);
        bytes[0] = 2;
        entry.ValueBytes[0] = 3;

        Assert.Equal([1], entry.ValueBytes);
    }

    [Fact]
    public void RpcException_FromStatus_TellsIt()
    {
        var cause = new InvalidOperationException("why");
        var error = new RpcException(new Status(StatusCode.NotFound, "No such meeting.", cause));

        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"No such meeting.\", DebugException=\"System.InvalidOperationException: why\")", error.Message);
        Assert.Same(cause, error.InnerException);
        Assert.Empty(error.Trailers);
    }

    [Fact]
    public void Marshaller_EitherPair_GivesTheOther()
    {
        var contextual = Marshallers.Create<string>(
            (text, context) =>
            {
                context.SetPayloadLength(text.Length);
                text.Select(c => (byte)c).ToArray().CopyTo(context.GetBufferWriter().GetSpan(text.Length));
                context.GetBufferWriter().Advance(text.Length);
                context.Complete();
            },
            context => Marshallers.StringMarshaller.Deserializer(context.PayloadAsNewBuffer()));

        Assert.Equal("abc"u8.ToArray(), contextual.Serializer("abc"));
        Assert.Equal("abc", contextual.Deserializer("abc"u8.ToArray()));
    }

    [Fact]
    public void CallOptions_With_ChangesACopy()
    {
        var deadline = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var options = new CallOptions();

        var changed = options.WithDeadline(deadline).WithWaitForReady();

        Assert.Equal(deadline, changed.Deadline);
        Assert.True(changed.IsWaitForReady);
        Assert.Null(options.Deadline);
    }

    [Fact]
    public void ChannelCredentials_CallCredentialsOnInsecureChannel_AreRefused()
    {
        var call = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, call));
        Assert.NotNull(ChannelCredentials.Create(ChannelCredentials.SecureSsl, call));
    }

    [Fact]
    public void ServiceDefinition_SameMethodTwice_IsRefused()
    {
        var builder = ServerServiceDefinition.CreateBuilder().AddMethod(EchoServer.Reverse, (request, _) => Task.FromResult(request));

        Assert.Throws<ArgumentException>(() => builder.AddMethod(EchoServer.Reverse, (request, _) => Task.FromResult(request)));
    }
}
