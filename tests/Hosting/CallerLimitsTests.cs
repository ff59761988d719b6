using System.Collections.Concurrent;
using Google.Rpc;
using Grpc.Core;
using Platform.Hosting.Identity;
using Platform.Processes;

namespace Platform.Hosting.Tests;

/// <summary>Nobody costs more than his share, and nobody else waits for it.</summary>
public sealed class CallerLimitsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Calls_OfOneCallerBeyondItsShare_WaitWhileOthersAreServed()
    {
        await using var process = await TestProcess.StartAsync(null, null, "--Limits:MaxCalls=4", "--Limits:MaxCallsPerCaller=2");
        var release = new TaskCompletionSource();
        var running = new ConcurrentDictionary<string, int>();
        process.Probe.Ask = async (request, context) =>
        {
            running.AddOrUpdate(request.Text, 1, (_, count) => count + 1);
            if (request.Text == "greedy")
                await release.Task.WaitAsync(Deadline, TimeProvider.System, context.CancellationToken);
            return new AskResponse { Text = request.Text };
        };

        var greedy = Enumerable.Range(0, 6).Select(_ => AskAsync(process, "greedy")).ToList();
        await Eventually.IsTrueAsync(() => Task.FromResult(running.GetValueOrDefault("greedy") == 2));
        for (var i = 0; i < 20; i++)
            Assert.Equal("modest", (await AskAsync(process, "modest")).Text);
        Assert.Equal(2, running["greedy"]);
        release.SetResult();

        await Task.WhenAll(greedy);
        Assert.Equal(6, running["greedy"]);
    }

    [Fact]
    public async Task Calls_BeyondThoseThatMayWait_AreRefusedWithTheTimeToTryAgain()
    {
        await using var process = await TestProcess.StartAsync(null, null, "--Limits:MaxCallsPerCaller=1");
        var release = new TaskCompletionSource();
        process.Probe.Ask = async (_, context) =>
        {
            await release.Task.WaitAsync(Deadline, TimeProvider.System, context.CancellationToken);
            return new AskResponse();
        };

        // One is worked on and ten wait.
        var calls = Enumerable.Range(0, 12).Select(_ => AskAsync(process, "greedy")).ToList();
        var first = await Task.WhenAny(calls);
        var refused = await Assert.ThrowsAsync<RpcException>(() => first);
        release.SetResult();

        Assert.Equal((StatusCode.ResourceExhausted, "calls"), (refused.StatusCode, refused.Detail<ErrorInfo>()!.Metadata["limit"]));
        Assert.NotNull(refused.Detail<RetryInfo>());
        Assert.Equal(11, (await Task.WhenAll(calls.Except([first]))).Length);
    }

    [Fact]
    public async Task Streams_BeyondACallersShare_AreRefused()
    {
        await using var process = await TestProcess.StartAsync(null, null, "--Limits:MaxStreamsPerCaller=2");
        process.Probe.Follow = async (_, responses, context) =>
        {
            await responses.WriteAsync(new AskResponse(), context.CancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
        };
        var cancel = TestContext.Current.CancellationToken;

        using var first = process.Client.Follow(new AskRequest(), Of(process, "greedy"), cancellationToken: cancel);
        using var second = process.Client.Follow(new AskRequest(), Of(process, "greedy"), cancellationToken: cancel);
        Assert.True(await first.ResponseStream.MoveNext(cancel) && await second.ResponseStream.MoveNext(cancel));
        using var third = process.Client.Follow(new AskRequest(), Of(process, "greedy"), cancellationToken: cancel);
        var refused = await Assert.ThrowsAsync<RpcException>(() => third.ResponseStream.MoveNext(cancel));
        using var another = process.Client.Follow(new AskRequest(), Of(process, "modest"), cancellationToken: cancel);

        Assert.Equal("streams", refused.Detail<ErrorInfo>()!.Metadata["limit"]);
        Assert.True(await another.ResponseStream.MoveNext(cancel));
        // The place of one that ended is free.
        first.Dispose();
        await Eventually.IsTrueAsync(async () =>
        {
            using var next = process.Client.Follow(new AskRequest(), Of(process, "greedy"), cancellationToken: cancel);
            return await next.ResponseStream.MoveNext(cancel).ContinueWith(t => t.IsCompletedSuccessfully, TaskScheduler.Default);
        });
    }

    [Fact]
    public async Task Writes_BeyondACallersShare_AreRefusedByNumberAndByBytes()
    {
        await using var process = await TestProcess.StartAsync(null, null, "--Limits:WritesPerMinute=3",
            "--Limits:WriteBytesPerMinute=65536");

        for (var i = 0; i < 3; i++)
            await WriteAsync(process, "chair", Role.CoChair, 10);
        var refused = await Assert.ThrowsAsync<RpcException>(() => WriteAsync(process, "chair", Role.CoChair, 10));
        await WriteAsync(process, "other", Role.CoChair, 60_000);
        var large = await Assert.ThrowsAsync<RpcException>(() => WriteAsync(process, "other", Role.CoChair, 60_000));

        Assert.Equal("writes_per_minute", refused.Detail<ErrorInfo>()!.Metadata["limit"]);
        Assert.InRange(refused.Detail<RetryInfo>()!.RetryDelay.ToTimeSpan(), TimeSpan.FromSeconds(0.1), TimeSpan.FromMinutes(1));
        Assert.Equal("write_bytes_per_minute", large.Detail<ErrorInfo>()!.Metadata["limit"]);
        // An officer imports a record: a hundred times as many; and reading is not writing.
        for (var i = 0; i < 30; i++)
            await WriteAsync(process, "officer", Role.Officer, 10);
        Assert.Equal("chair", (await AskAsync(process, "chair")).Text);
    }

    [Theory, InlineData("peer a-guess"), InlineData("Bearer a-guess")]
    public async Task Service_WithoutATokenOfItsOwn_IsNobody(string header)
    {
        await using var process = await TestProcess.StartAsync();
        var headers = Of(process, "chair", Role.CoChair);
        headers.Add("x-platform-service", header);

        Assert.Equal("TOKEN_INVALID", (await process.FailureAsync(headers)).Reason());
    }

    private static Metadata Of(TestProcess process, string subject, Role role = Role.Reader) =>
        new() { { "authorization", $"Bearer {process.Issuer.Issue(role, subject)}" } };

    private static async Task<AskResponse> AskAsync(TestProcess process, string subject) =>
        await process.Client.AskAsync(new AskRequest { Text = subject }, Of(process, subject),
            cancellationToken: TestContext.Current.CancellationToken);

    private static async Task WriteAsync(TestProcess process, string subject, Role role, int bytes) =>
        await process.Client.WriteAsync(new WriteRequest { RequestId = new string('x', bytes) }, Of(process, subject, role),
            cancellationToken: TestContext.Current.CancellationToken);
}
