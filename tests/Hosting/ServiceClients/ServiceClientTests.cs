using System.Net;
using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.ServiceClients;
using Platform.Processes;

namespace Platform.Hosting.Tests.ServiceClients;

public sealed class ServiceClientTests
{
    [Fact]
    public async Task Call_ServedByTheSameProcess_CarriesTheCallerAndADeadline()
    {
        var peer = new PeerBehaviour();
        await using var process = await StartAsync(peer);
        Caller? seen = null;
        var deadline = DateTime.MaxValue;
        peer.Ask = context =>
        {
            (seen, deadline) = (context.Caller(), context.Deadline);
            return new AskResponse { Text = "from the peer" };
        };

        var response = await process.Client.AskAsync(new AskRequest(), process.As(Role.PartySystem, "participants/idn"),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("from the peer", response.Text);
        Assert.Equal(new Caller("tester", Role.PartySystem, "participants/idn"), seen);
        Assert.InRange(deadline, DateTime.UtcNow.AddSeconds(1), DateTime.UtcNow.AddSeconds(5));
    }

    [Fact]
    public async Task Call_CallersDeadlineIsShorter_Counts()
    {
        var peer = new PeerBehaviour();
        await using var process = await StartAsync(peer);
        var deadline = DateTime.MaxValue;
        peer.Ask = context =>
        {
            deadline = context.Deadline;
            return new AskResponse();
        };

        await process.Client.AskAsync(new AskRequest(), process.As(Role.Reader), DateTime.UtcNow.AddSeconds(3),
            TestContext.Current.CancellationToken);

        Assert.InRange(deadline, DateTime.UtcNow, DateTime.UtcNow.AddSeconds(3));
    }

    [Fact]
    public async Task Call_SisterAway_IsUnavailableByItsNameAndTheLogSaysWhereAndWhy()
    {
        await using var process = await StartAsync(settings: "--Services:Peer:Address=http://127.0.0.1:1");

        var failure = await process.FailureAsync();
        await process.FailureAsync();

        var logged = Assert.Single(process.Log.Entries, e => e.Text.StartsWith("The peer service at", StringComparison.Ordinal));
        Assert.StartsWith("The peer service at http://127.0.0.1:1 did not serve a call: Connection refused", logged.Text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", failure.Status.Detail, StringComparison.Ordinal);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal("peer service", failure.Detail<ErrorInfo>()!.Metadata["dependency"]);
        Assert.NotNull(failure.Detail<RetryInfo>());
    }

    // As for a process that is frozen: the system accepts connections for it.
    [Fact]
    public async Task Call_SisterAcceptsConnectionsAndSaysNothing_IsUnavailable()
    {
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        await using var process = await StartAsync(settings: $"--Services:Peer:Address=https://{frozen.LocalEndpoint}");

        var failure = await process.FailureAsync();

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal("peer service", failure.Detail<ErrorInfo>()!.Metadata["dependency"]);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Connect_ToAReplicaThatSaysNothing_IsTriedAgainAtOnceOnlyWhereThereIsNoOther(bool hasReplicas, int connections)
    {
        using var frozen = new TcpListener(IPAddress.Loopback, 0);
        frozen.Start();
        using var channel = new HttpMessageInvoker(
            new ConnectTimeoutHandler(hasReplicas, new() { ConnectTimeout = TimeSpan.FromMilliseconds(200) }));
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{frozen.LocalEndpoint}/");
            request.Version = HttpVersion.Version20;
            var failure = await Assert.ThrowsAsync<HttpRequestException>(() =>
                channel.SendAsync(request, TestContext.Current.CancellationToken));
            // To gRPC this is UNAVAILABLE.
            Assert.IsType<IOException>(failure.InnerException);
        }

        var made = 0;
        for (; frozen.Pending(); made++)
            (await frozen.AcceptTcpClientAsync(TestContext.Current.CancellationToken)).Dispose();
        Assert.Equal(connections, made);
    }

    [Fact]
    public async Task Call_SisterTooSlow_IsUnavailable()
    {
        var peer = new PeerBehaviour();
        await using var process = await StartAsync(peer, "--Services:Peer:Timeout=00:00:00.2");
        peer.AskAsync = async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return new AskResponse();
        };

        Assert.Equal("peer service", (await process.FailureAsync()).Detail<ErrorInfo>()!.Metadata["dependency"]);
    }

    [Fact]
    public async Task Call_SisterAwayForAMoment_IsRepeated()
    {
        var peer = new PeerBehaviour();
        await using var process = await StartAsync(peer);
        var calls = 0;
        peer.Ask = _ => ++calls < 3 ? throw ApiError.Unavailable("store") : new AskResponse { Text = "there again" };

        var response = await process.Client.AskAsync(new AskRequest(), process.As(Role.Reader),
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("there again", response.Text);
    }

    [Fact]
    public async Task Call_SisterRefuses_IsForTheCodeThatAskedToUnderstand()
    {
        var peer = new PeerBehaviour();
        await using var process = await StartAsync(peer);
        var calls = 0;
        peer.Ask = _ =>
        {
            calls++;
            throw ApiError.NotFound("participants/xyz");
        };
        StatusCode? seen = null;
        var client = process.App.Services.GetRequiredService<PeerService.PeerServiceClient>();
        process.Probe.Ask = async (request, context) =>
        {
            seen = (await Assert.ThrowsAsync<RpcException>(async () => await client.AskAsync(request,
                cancellationToken: context.CancellationToken))).StatusCode;
            throw ApiError.ReferenceNotFound("meeting.host", "participants/xyz");
        };

        Assert.Equal("REFERENCE_NOT_FOUND", (await process.FailureAsync()).Reason());
        Assert.Equal(StatusCode.NotFound, seen);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Stream_SisterGoesAway_IsUnavailable()
    {
        var peer = new PeerBehaviour();
        await using var process = await StartAsync(peer);
        peer.Follow = async stream =>
        {
            await stream.WriteAsync(new AskResponse { Text = "first" });
            throw ApiError.Unavailable("store");
        };
        var client = process.App.Services.GetRequiredService<PeerService.PeerServiceClient>();

        using var call = client.Follow(new AskRequest(), process.As(Role.Reader), DateTime.MaxValue, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var refused = await Assert.ThrowsAsync<ApiException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal("peer service", refused.Metadata["dependency"]);
    }

    [Fact]
    public async Task Call_ByName_FindsTheAddressesOfTheName()
    {
        var peer = new PeerBehaviour { Ask = _ => new AskResponse { Text = "found" } };
        await using var other = await TestProcess.StartAsync(b => b.Services.AddSingleton(peer), app => app.MapGrpcService<PeerServer>());
        // Both trust the key of the second process, whose tokens are used.
        await using var process = await StartAsync(null, $"--Services:Peer:Address=dns:///localhost:{new Uri(other.Address).Port}",
            "--Services:Peer:AllowCleartext=true");

        var response = process.App.Services.GetRequiredService<PeerService.PeerServiceClient>()
            .AskAsync(new AskRequest(), other.As(Role.Reader), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("found", (await response).Text);
    }

    [Fact]
    public async Task Call_ByName_OfAServiceThatWasAwayForLongerThanAConnectionMayTake_FindsItAgain()
    {
        var port = LoopbackPorts.Free();
        await using var process = await StartAsync(null, $"--Services:Peer:Address=dns:///localhost:{port}",
            "--Services:Peer:AllowCleartext=true");
        var client = process.App.Services.GetRequiredService<PeerService.PeerServiceClient>();
        var headers = new Metadata();
        var began = TimeProvider.System.GetTimestamp();
        // Several times as long as that, so that it could have been given up several times.
        while (TimeProvider.System.GetElapsedTime(began) < 4 * ChannelDefaults.ConnectTimeout)
            await Assert.ThrowsAsync<RpcException>(async () => await AskAsync());

        await using var peer = await TestProcess.StartAsync(
            b => b.Services.AddSingleton(new PeerBehaviour { Ask = _ => new AskResponse { Text = "found" } }),
            app => app.MapGrpcService<PeerServer>(), $"--Listen:Address=http://127.0.0.1:{port}");
        headers = peer.As(Role.Reader);

        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                return (await AskAsync()).Text == "found";
            }
            catch (RpcException)
            {
                return false;
            }
        });

        async Task<AskResponse> AskAsync()
        {
            try
            {
                return await client.AskAsync(new AskRequest(), headers, cancellationToken: TestContext.Current.CancellationToken);
            }
            catch (ApiException e)
            {
                throw e.ToRpcException();
            }
        }
    }

    [Fact]
    public async Task Start_SisterWithoutAddressAndNotServedHere_IsRefused()
    {
        var builder = PlatformHost.CreateBuilder("--Identity:SigningKeyFile=none.pem");
        builder.Services.AddServiceClient(Prober, Peer, invoker => new PeerService.PeerServiceClient(invoker));

        var problem = Assert.Single(await PlatformHost.ProblemsOfAsync(builder));

        Assert.Equal("Set Services:Peer:Address to where platform.probe.v1.PeerService is served.", problem);
    }

    [Theory]
    [InlineData("http://peer.example.org:5100", "not encrypted")]
    [InlineData("ftp://127.0.0.1", "Write https://HOST:PORT")]
    public async Task Start_AddressThatCannotWork_IsRefused(string address, string sentence)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(null, $"--Services:Peer:Address={address}"));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    private static readonly PlatformService Prober = new("prober", () => ProbeService.Descriptor, changeType: null);
    private static readonly PlatformService Peer = new("peer", () => PeerService.Descriptor, changeType: null);

    // A process whose probe asks the peer; it serves the peer too when told how it behaves.
    private static async Task<TestProcess> StartAsync(PeerBehaviour? peer = null, params string[] settings)
    {
        var process = await TestProcess.StartAsync(
            builder =>
            {
                builder.Services.AddServiceClient(Prober, Peer, invoker => new PeerService.PeerServiceClient(invoker));
                // Two services of a process may need the same one.
                builder.Services.AddServiceClient(Prober, Peer, invoker => new PeerService.PeerServiceClient(invoker));
                if (peer is not null)
                    builder.Services.AddSingleton(peer);
            },
            app =>
            {
                if (peer is not null)
                    app.MapGrpcService<PeerServer>();
            },
            settings);
        var client = process.App.Services.GetRequiredService<PeerService.PeerServiceClient>();
        process.Probe.Ask = async (request, context) => await client.AskAsync(request, cancellationToken: context.CancellationToken);
        return process;
    }

    private sealed class PeerBehaviour
    {
        public Func<ServerCallContext, AskResponse> Ask
        {
            set => AskAsync = context => Task.FromResult(value(context));
        }

        public Func<ServerCallContext, Task<AskResponse>> AskAsync { get; set; } = _ => Task.FromResult(new AskResponse());

        public Func<IServerStreamWriter<AskResponse>, Task> Follow { get; set; } = _ => Task.CompletedTask;
    }

    private sealed class PeerServer(PeerBehaviour behaviour) : PeerService.PeerServiceBase
    {
        [AllowEveryRole]
        [AllowService("prober")]
        public override Task<AskResponse> Ask(AskRequest request, ServerCallContext context) => behaviour.AskAsync(context);

        [AllowEveryRole]
        [AllowService("prober")]
        public override Task Follow(AskRequest request, IServerStreamWriter<AskResponse> responseStream, ServerCallContext context) =>
            behaviour.Follow(responseStream);
    }
}
