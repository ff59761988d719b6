using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Commitments;
using Platform.Hosting;
using Platform.Hosting.Identity;
using Platform.Hosting.Messaging;
using Platform.Hosting.Store;
using Platform.Meetings;
using Platform.Membership;
using Platform.Processes;

namespace Platform.Fixtures;

/// <summary>
/// A process of the platform as its services' programs make it, on a free port of loopback: with SQLite and the bus
/// in memory, or with PostgreSQL and RabbitMQ, where it has databases and a virtual host of its own.
/// </summary>
public sealed class InProcessPlatform : IAsyncDisposable
{
    private static readonly string[] AllServices = [MembershipModule.Name, MeetingsModule.Name, CommitmentsModule.Name];

    private readonly string _directory = Directory.CreateTempSubdirectory("platform-services-tests-").FullName;
    private readonly string _id = $"services_{Guid.NewGuid():n}";
    private readonly IReadOnlyList<string> _services;
    private readonly bool _onServers;
    private WebApplication? _app;
    private GrpcChannel? _channel;
    private TokenIssuer? _issuer;

    private InProcessPlatform(bool onServers, IReadOnlyList<string> services) => (_onServers, _services) = (onServers, services);

    /// <summary>What the process published, as a consumer on the same bus got it.</summary>
    public Published Published { get; } = new();

    /// <summary>Where RabbitMQ is; null with the bus in memory.</summary>
    public Uri? RabbitMq => _onServers ? TestServers.VirtualHost(_id) : null;

    private GrpcChannel Channel => _channel ?? throw new InvalidOperationException("The process is not started.");

    /// <summary>Starts a process with some of the services; all three when none is named.</summary>
    public static async Task<InProcessPlatform> StartAsync(bool onServers, IReadOnlyList<string>? services = null, params string[] settings)
    {
        var process = new InProcessPlatform(onServers, services ?? AllServices);
        try
        {
            await process.StartAsync(settings);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>An address on which nobody listens.</summary>
    public static string ClosedAddress() => $"http://127.0.0.1:{LoopbackPorts.Free()}";

    /// <summary>Clients with a token; for the role of services, of the reporting worker.</summary>
    public PlatformClients As(Role role, string participant = "") =>
        With(role == Role.Service
            ? _issuer!.IssueForService(PlatformServices.Reporting.Name)
            : _issuer!.Issue(role, participant.Length == 0 ? $"{role.Name()}-1" : $"{participant.Split('/')[1]}-system", participant));

    /// <summary>Clients with this token, or with none.</summary>
    public PlatformClients With(string? token) => new(Channel, token);

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        if (_onServers)
        {
            await TestServers.DeleteVirtualHostAsync(_id);
            foreach (var service in _services)
                await TestServers.DropDatabaseAsync(DatabaseOf(service));
        }
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StartAsync(string[] settings)
    {
        var identity = new IdentityOptions { SigningKeyFile = Path.Combine(_directory, "signing.pem") };
        var builder = PlatformHost.CreateBuilder(
        [
            "--Listen:Address=http://127.0.0.1:0",
            $"--Identity:SigningKeyFile={identity.SigningKeyFile}",
            // A test that leaves a feed unread need not wait for long.
            "--ChangeFeed:UnreadLimit=00:00:02",
            .. _onServers ? await PrepareServersAsync() : [$"--Data:Directory={_directory}", "--RabbitMq:InMemory=true"],
            // Where a test gives no other, nobody answers.
            .. PlatformServices.WithChangeLog.Where(s => !_services.Contains(s.Name))
                .Select(s => $"--Services:{s.SectionName}:Address={ClosedAddress()}"),
            .. settings,
        ]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Published);
        builder.AddBus(bus => Published.AddConsumers(bus));
        if (_services.Contains(MembershipModule.Name))
            builder.AddMembership();
        if (_services.Contains(MeetingsModule.Name))
            builder.AddMeetings();
        if (_services.Contains(CommitmentsModule.Name))
            builder.AddCommitments();
        if (_onServers)
        {
            foreach (var service in _services)
                await StoreRegistration.MigrateStoreAsync(builder.Configuration, service, acceptNewer: false, CancellationToken.None);
        }

        _app = PlatformHost.Build(builder);
        if (_services.Contains(MembershipModule.Name))
            _app.MapMembership();
        if (_services.Contains(MeetingsModule.Name))
            _app.MapMeetings();
        if (_services.Contains(CommitmentsModule.Name))
            _app.MapCommitments();
        await _app.StartAsync();
        _channel = GrpcChannel.ForAddress(
            _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(), new GrpcChannelOptions
            {
                // What a server refuses is to be seen, not what a client refuses to send.
                MaxSendMessageSize = null,
            });
        _issuer = new TokenIssuer(identity, TimeProvider.System);
    }

    private async Task<IEnumerable<string>> PrepareServersAsync()
    {
        await TestServers.CreateVirtualHostAsync(_id);
        foreach (var service in _services)
            await TestServers.CreateDatabaseAsync(DatabaseOf(service));
        return
        [
            $"--RabbitMq:Uri={RabbitMq}",
            "--RabbitMq:AllowCleartext=true",
            .. _services.Select(s => $"--ConnectionStrings:{s}={TestServers.ConnectionTo(DatabaseOf(s))}"),
        ];
    }

    private string DatabaseOf(string service) => $"{_id}_{service}";
}
