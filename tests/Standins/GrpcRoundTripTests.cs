using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Platform.Standins.Tests;

/// <summary>The official client and server talk to each other over the stand-ins.</summary>
public sealed class GrpcRoundTripTests(EchoServer server) : IClassFixture<EchoServer>
{
    private readonly Echo.EchoClient _client = new(server.Channel);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Unary_Succeeds_ReturnsResponseStatusAndTrailers()
    {
        using var call = _client.OnceAsync(new EchoMessage { Text = "héllo" }, cancellationToken: Cancelled);

        Assert.Equal("héllo", (await call).Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        Assert.Equal("/platform.standins.tests.Echo/Once", call.GetTrailers().GetValue("METHOD"));
        Assert.Equal(nameof(EchoMessage), call.GetTrailers().GetValue("intercepted"));
    }

    [Fact]
    public async Task Unary_LargeCompressedMessage_ComesBackWhole()
    {
        var text = new string('x', 3_000_000);

        var response = await _client.OnceAsync(new EchoMessage { Text = text }, new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Cancelled);

        Assert.Equal(text, response.Text);
    }

    [Fact]
    public void Unary_Blocking_ReturnsResponse()
        => Assert.Equal("hello", _client.Once(new EchoMessage { Text = "hello" }, cancellationToken: Cancelled).Text);

    [Fact]
    public async Task Unary_Fails_CarriesStatusAndBinaryDetails()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () => await _client.OnceAsync(new EchoMessage { Text = "fail" }, cancellationToken: Cancelled));

        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal("It was asked to fail.", error.Status.Detail);
        Assert.Equal(EchoService.Details, error.Trailers.GetValueBytes("details-bin"));
        Assert.Equal("asked", error.Trailers.GetValue("reason"));
    }

    [Fact]
    public async Task Unary_DeadlinePasses_FailsWithDeadlineExceeded()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await _client.OnceAsync(new EchoMessage { Text = "wait" }, deadline: DateTime.UtcNow.AddMilliseconds(100), cancellationToken: Cancelled));

        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task Unary_CallerCancels_FailsWithCancelled()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using var call = _client.OnceAsync(new EchoMessage { Text = "wait" }, cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();

        var error = await Assert.ThrowsAsync<RpcException>(async () => await call);

        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
    }

    [Fact]
    public async Task Unary_CallCredentials_SendHeaders()
    {
        var credentials = CallCredentials.Compose(
            CallCredentials.FromInterceptor((context, metadata) =>
            {
                metadata.Add("authorization", $"Bearer for {context.MethodName}");
                return Task.CompletedTask;
            }),
            CallCredentials.FromInterceptor((_, _) => Task.CompletedTask));
        using var call = _client.OnceAsync(new EchoMessage(), new CallOptions(credentials: credentials, cancellationToken: Cancelled));

        Assert.Equal("Bearer for Once", (await call.ResponseHeadersAsync).GetValue("seen-authorization"));
        await call;
    }

    [Fact]
    public async Task ServerStreaming_Succeeds_YieldsEveryMessage()
    {
        using var call = _client.Spell(new EchoMessage { Text = "abc" }, cancellationToken: Cancelled);

        var letters = await call.ResponseStream.ReadAllAsync(Cancelled).Select(m => m.Text).ToListAsync(Cancelled);

        Assert.Equal(["a", "b", "c"], letters);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task ClientStreaming_Succeeds_ReturnsResponse()
    {
        using var call = _client.Join(cancellationToken: Cancelled);
        await call.RequestStream.WriteAsync(new EchoMessage { Text = "a" }, Cancelled);
        await call.RequestStream.WriteAsync(new EchoMessage { Text = "b" }, Cancelled);
        await call.RequestStream.CompleteAsync();

        Assert.Equal("ab", (await call).Text);
    }

    [Fact]
    public async Task DuplexStreaming_Succeeds_AnswersEachMessage()
    {
        using var call = _client.Chat(cancellationToken: Cancelled);
        foreach (var text in new[] { "a", "b" })
        {
            await call.RequestStream.WriteAsync(new EchoMessage { Text = text }, Cancelled);
            Assert.True(await call.ResponseStream.MoveNext(Cancelled));
            Assert.Equal(text, call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(Cancelled));
    }

    [Fact]
    public async Task ClientInterceptors_Several_SeeCallsInOrder()
    {
        var seen = new List<string>();
        var invoker = server.Channel
            .Intercept(new NotingInterceptor("first", seen), new NotingInterceptor("second", seen))
            .Intercept(headers =>
            {
                headers.Add("authorization", "by function");
                return headers;
            });
        using var call = new Echo.EchoClient(invoker).OnceAsync(new EchoMessage(), cancellationToken: Cancelled);

        Assert.Equal("by function", (await call.ResponseHeadersAsync).GetValue("seen-authorization"));
        await call;
        Assert.Equal(["first", "second"], seen);
    }

    [Fact]
    public async Task ServiceDefinition_MadeByHand_IsServed()
    {
        using var call = server.Channel.CreateCallInvoker().AsyncUnaryCall(EchoServer.Reverse, null, new CallOptions(cancellationToken: Cancelled), "abc");

        Assert.Equal("cba", await call);
    }

    private sealed class NotingInterceptor(string name, List<string> seen) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add(name);
            return continuation(request, context);
        }
    }
}
