using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;
using Platform.Hosting.Sisters;

namespace Platform.Hosting.Tests.Sisters;

public sealed class SisterServicesTests
{
    [Fact]
    public async Task Call_ServedByTheSameProcess_CarriesTheCallerAndADeadline()
    {
        var sister = new SisterBehaviour();
        await using var process = await StartAsync(sister);
        Caller? seen = null;
        var deadline = DateTime.MaxValue;
        sister.Ask = context =>
        {
            (seen, deadline) = (context.Caller(), context.Deadline);
            return new AskResponse { Text = "from the sister" };
        };

        var response = await process.Client.AskAsync(new AskRequest(), process.As(Role.MemberStateSystem, "participants/idn"), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("from the sister", response.Text);
        Assert.Equal(new Caller("tester", Role.MemberStateSystem, "participants/idn"), seen);
        Assert.InRange(deadline, DateTime.UtcNow.AddSeconds(1), DateTime.UtcNow.AddSeconds(5));
    }

    [Fact]
    public async Task Call_CallersDeadlineIsShorter_Counts()
    {
        var sister = new SisterBehaviour();
        await using var process = await StartAsync(sister);
        var deadline = DateTime.MaxValue;
        sister.Ask = context =>
        {
            deadline = context.Deadline;
            return new AskResponse();
        };

        await process.Client.AskAsync(new AskRequest(), process.As(Role.Reader), DateTime.UtcNow.AddSeconds(3), TestContext.Current.CancellationToken);

        Assert.InRange(deadline, DateTime.UtcNow, DateTime.UtcNow.AddSeconds(3));
    }

    [Fact]
    public async Task Call_SisterAway_IsUnavailableByItsName()
    {
        await using var process = await StartAsync(settings: "--Services:Sister:Address=http://127.0.0.1:1");

        var failure = await process.FailureAsync();

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.Equal("sister service", failure.Detail<ErrorInfo>()!.Metadata["dependency"]);
        Assert.NotNull(failure.Detail<RetryInfo>());
    }

    [Fact]
    public async Task Call_SisterTooSlow_IsUnavailable()
    {
        var sister = new SisterBehaviour();
        await using var process = await StartAsync(sister, "--Services:Sister:Timeout=00:00:00.2");
        sister.AskAsync = async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return new AskResponse();
        };

        Assert.Equal("sister service", (await process.FailureAsync()).Detail<ErrorInfo>()!.Metadata["dependency"]);
    }

    [Fact]
    public async Task Call_SisterAwayForAMoment_IsRepeated()
    {
        var sister = new SisterBehaviour();
        await using var process = await StartAsync(sister);
        var calls = 0;
        sister.Ask = _ => ++calls < 3 ? throw Refusal.Unavailable("store") : new AskResponse { Text = "there again" };

        var response = await process.Client.AskAsync(new AskRequest(), process.As(Role.Reader), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("there again", response.Text);
    }

    [Fact]
    public async Task Call_SisterRefuses_IsForTheCodeThatAskedToUnderstand()
    {
        var sister = new SisterBehaviour();
        await using var process = await StartAsync(sister);
        var calls = 0;
        sister.Ask = _ =>
        {
            calls++;
            throw Refusal.NotFound("participants/xyz");
        };
        StatusCode? seen = null;
        var client = process.App.Services.GetRequiredService<SisterService.SisterServiceClient>();
        process.Probe.Ask = async (request, context) =>
        {
            seen = (await Assert.ThrowsAsync<RpcException>(async () => await client.AskAsync(request, cancellationToken: context.CancellationToken))).StatusCode;
            throw Refusal.ReferenceNotFound("meeting.host", "participants/xyz");
        };

        Assert.Equal("REFERENCE_NOT_FOUND", (await process.FailureAsync()).Reason());
        Assert.Equal(StatusCode.NotFound, seen);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Stream_SisterGoesAway_IsUnavailable()
    {
        var sister = new SisterBehaviour();
        await using var process = await StartAsync(sister);
        sister.Follow = async stream =>
        {
            await stream.WriteAsync(new AskResponse { Text = "first" });
            throw Refusal.Unavailable("store");
        };
        var client = process.App.Services.GetRequiredService<SisterService.SisterServiceClient>();

        using var call = client.Follow(new AskRequest(), process.As(Role.Reader), DateTime.MaxValue, TestContext.Current.CancellationToken);
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        Assert.Equal("sister service", refused.Metadata["dependency"]);
    }

    [Fact]
    public async Task Call_ByName_FindsTheAddressesOfTheName()
    {
        var sister = new SisterBehaviour { Ask = _ => new AskResponse { Text = "found" } };
        await using var other = await TestProcess.StartAsync(b => b.Services.AddSingleton(sister), app => app.MapGrpcService<SisterServer>());
        // Both trust the key of the second process, whose tokens are used.
        await using var process = await StartAsync(null, $"--Services:Sister:Address=dns:///localhost:{new Uri(other.Address).Port}", "--Services:Sister:AllowCleartext=true");

        var response = process.App.Services.GetRequiredService<SisterService.SisterServiceClient>().AskAsync(new AskRequest(), other.As(Role.Reader), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("found", (await response).Text);
    }

    [Fact]
    public async Task Start_SisterWithoutAddressAndNotServedHere_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync());

        Assert.Equal("Set Services:Sister:Address to where platform.probe.v1.SisterService is served.", refused.Message);
    }

    [Theory]
    [InlineData("http://sister.example.org:5100", "not encrypted")]
    [InlineData("ftp://127.0.0.1", "Write https://HOST:PORT")]
    public async Task Start_AddressThatCannotWork_IsRefused(string address, string sentence)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(null, $"--Services:Sister:Address={address}"));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
    }

    // A process whose probe asks the sister; it serves the sister too when told how it behaves.
    private static async Task<TestProcess> StartAsync(SisterBehaviour? sister = null, params string[] settings)
    {
        var process = await TestProcess.StartAsync(
            builder =>
            {
                builder.Services.AddSister(SisterService.Descriptor, invoker => new SisterService.SisterServiceClient(invoker));
                // Two services of a process may need the same one.
                builder.Services.AddSister(SisterService.Descriptor, invoker => new SisterService.SisterServiceClient(invoker));
                if (sister is not null)
                    builder.Services.AddSingleton(sister);
            },
            app =>
            {
                if (sister is not null)
                    app.MapGrpcService<SisterServer>();
            },
            settings);
        var client = process.App.Services.GetRequiredService<SisterService.SisterServiceClient>();
        process.Probe.Ask = async (request, context) => await client.AskAsync(request, cancellationToken: context.CancellationToken);
        return process;
    }

    private sealed class SisterBehaviour
    {
        public Func<ServerCallContext, AskResponse> Ask
        {
            set => AskAsync = context => Task.FromResult(value(context));
        }

        public Func<ServerCallContext, Task<AskResponse>> AskAsync { get; set; } = _ => Task.FromResult(new AskResponse());

        public Func<IServerStreamWriter<AskResponse>, Task> Follow { get; set; } = _ => Task.CompletedTask;
    }

    private sealed class SisterServer(SisterBehaviour behaviour) : SisterService.SisterServiceBase
    {
        [AllowEveryRole]
        public override Task<AskResponse> Ask(AskRequest request, ServerCallContext context) => behaviour.AskAsync(context);

        [AllowEveryRole]
        public override Task Follow(AskRequest request, IServerStreamWriter<AskResponse> responseStream, ServerCallContext context) => behaviour.Follow(responseStream);
    }
}
