using System.Collections.Concurrent;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Hosting.Identity;

namespace Platform.Hosting.Tests;

/// <summary>A process of the platform that serves <see cref="Probe"/> on a free port of loopback.</summary>
internal sealed class TestProcess : IAsyncDisposable
{
    private readonly string _directory;

    private TestProcess(string directory, WebApplication app, ManualTime time, Probe probe, LogCapture log)
    {
        (_directory, App, Time, Probe, Log) = (directory, app, time, probe, log);
        Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Channel = GrpcChannel.ForAddress(Address);
        Client = new ProbeService.ProbeServiceClient(Channel);
        Issuer = new TokenIssuer(IdentityOf(directory), time);
    }

    public WebApplication App { get; }

    public ManualTime Time { get; }

    public Probe Probe { get; }

    public LogCapture Log { get; }

    public string Address { get; }

    public GrpcChannel Channel { get; }

    public ProbeService.ProbeServiceClient Client { get; }

    public TokenIssuer Issuer { get; }

    public string KeyFile => IdentityOf(_directory).SigningKeyFile;

    public static async Task<TestProcess> StartAsync(Action<WebApplicationBuilder>? add = null, Action<WebApplication>? map = null,
        params string[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("platform-hosting-tests-").FullName;
        var time = new ManualTime();
        var probe = new Probe();
        var log = new LogCapture();
        var builder = PlatformHost.CreateBuilder(["--Listen:Address=http://127.0.0.1:0",
            $"--Identity:SigningKeyFile={IdentityOf(directory).SigningKeyFile}", .. settings]);
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(time).AddSingleton(probe);
        add?.Invoke(builder);
        var app = PlatformHost.Build(builder);
        app.MapGrpcService<ProbeServer>();
        map?.Invoke(app);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new TestProcess(directory, app, time, probe, log);
        }
        catch
        {
            await app.DisposeAsync();
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>The headers of a caller.</summary>
    public Metadata As(Role role, string party = "", TimeSpan? lifetime = null)
    {
        var token = role == Role.Service ? Issuer.IssueForService("peer", lifetime) : Issuer.Issue(role, "tester", party, lifetime);
        return new() { { "authorization", $"Bearer {token}" } };
    }

    /// <summary>What a call of an officer ends in.</summary>
    public async Task<RpcException> FailureAsync(Metadata? headers = null) =>
        await Assert.ThrowsAsync<RpcException>(async () => await Client.AskAsync(new AskRequest(), headers ?? As(Role.Officer),
            cancellationToken: TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await App.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static IdentityOptions IdentityOf(string directory) => new()
    {
        SigningKeyFile = Path.Combine(directory, "keys", "signing.pem"),
    };
}

/// <summary>What the methods of the probe do.</summary>
internal sealed class Probe
{
    public Func<AskRequest, ServerCallContext, Task<AskResponse>> Ask { get; set; } = (request, _) =>
        Task.FromResult(new AskResponse { Text = request.Text });

    public Func<AskRequest, IServerStreamWriter<AskResponse>, ServerCallContext, Task> Follow { get; set; } = (_, _, _) =>
        Task.CompletedTask;
}

internal sealed class ProbeServer(Probe probe) : ProbeService.ProbeServiceBase
{
    [AllowEveryRole]
    public override Task<AskResponse> Ask(AskRequest request, ServerCallContext context) => probe.Ask(request, context);

    [Allow(Role.Officer, Role.CoChair)]
    public override Task<AskResponse> Write(WriteRequest request, ServerCallContext context) => probe.Ask(new AskRequest(), context);

    [AllowEveryRole]
    public override Task<AskResponse> AskMany(AskManyRequest request, ServerCallContext context) => probe.Ask(new AskRequest(), context);

    [AllowEveryRole]
    public override Task Follow(AskRequest request, IServerStreamWriter<AskResponse> responseStream, ServerCallContext context) =>
        probe.Follow(request, responseStream, context);
}

/// <summary>Everything that was logged.</summary>
internal sealed class LogCapture : ILoggerProvider
{
    public ConcurrentQueue<(LogLevel Level, string Text, Exception? Exception)> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            log.Entries.Enqueue((logLevel, formatter(state, exception), exception));
    }
}

/// <summary>Reads the details of an error as a client does.</summary>
internal static class ErrorDetails
{
    public static Google.Rpc.Status Details(this RpcException e) =>
        Google.Rpc.Status.Parser.ParseFrom(e.Trailers.GetValueBytes("grpc-status-details-bin"));

    public static T? Detail<T>(this RpcException e) where T : class, Google.Protobuf.IMessage<T>, new() =>
        e.Details().Details.Where(d => d.Is(new T().Descriptor)).Select(d => d.Unpack<T>()).SingleOrDefault();

    public static string Reason(this RpcException e) => e.Detail<ErrorInfo>()!.Reason;
}
