using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Platform.Commitments;
using Platform.Hosting;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Identity;
using Platform.Hosting.Store;
using Platform.Meetings;
using Platform.Membership;

namespace Platform.Fixtures;

/// <summary>
/// A process of the platform as its services' programs make it, on a free port of loopback: with SQLite and the bus
/// in memory, or with PostgreSQL and RabbitMQ, where it has databases and a virtual host of its own.
/// </summary>
public sealed class PlatformProcess : IAsyncDisposable
{
    private static readonly string[] AllServices = [MembershipModule.Name, MeetingsModule.Name, CommitmentsModule.Name];

    private readonly string _directory = Directory.CreateTempSubdirectory("platform-services-tests-").FullName;
    private readonly string _id = $"services_{Guid.NewGuid():n}";
    private readonly IReadOnlyList<string> _services;
    private readonly bool _onServers;
    private WebApplication? _app;
    private GrpcChannel? _channel;
    private TokenIssuer? _issuer;

    private PlatformProcess(bool onServers, IReadOnlyList<string> services) => (_onServers, _services) = (onServers, services);

    /// <summary>What the process published, as a consumer on the same bus got it.</summary>
    public Published Published { get; } = new();

    /// <summary>Where RabbitMQ is; null with the bus in memory.</summary>
    public Uri? RabbitMq => _onServers ? new UriBuilder(Setting("PLATFORM_TEST_RABBITMQ")) { Path = _id }.Uri : null;

    private GrpcChannel Channel => _channel ?? throw new InvalidOperationException("The process is not started.");

    /// <summary>Starts a process with some of the services; all three when none is named.</summary>
    public static async Task<PlatformProcess> StartAsync(bool onServers, IReadOnlyList<string>? services = null, params string[] settings)
    {
        var process = new PlatformProcess(onServers, services ?? AllServices);
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
    public static string ClosedAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://{listener.LocalEndpoint}";
    }

    /// <summary>Clients with a token.</summary>
    public PlatformClients As(Role role, string participant = "") =>
        With(_issuer!.Issue(role, participant.Length == 0 ? $"{role.Name()}-1" : $"{participant.Split('/')[1]}-system", participant));

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
            await ManageRabbitMqAsync(HttpMethod.Delete, $"vhosts/{_id}");
            foreach (var service in _services)
                await RunOnPostgresAsync($"drop database if exists {DatabaseOf(service)} with (force)");
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
            .. _onServers ? await PrepareServersAsync() : [$"--Data:Directory={_directory}"],
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
                await StoreRegistration.MigrateStoreAsync(builder.Configuration, service, CancellationToken.None);
        }

        _app = PlatformHost.Build(builder);
        if (_services.Contains(MembershipModule.Name))
            _app.MapMembership();
        if (_services.Contains(MeetingsModule.Name))
            _app.MapMeetings();
        if (_services.Contains(CommitmentsModule.Name))
            _app.MapCommitments();
        await _app.StartAsync();
        _channel = GrpcChannel.ForAddress(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(), new GrpcChannelOptions
        {
            // What a server refuses is to be seen, not what a client refuses to send.
            MaxSendMessageSize = null,
        });
        _issuer = new TokenIssuer(identity, TimeProvider.System);
    }

    private async Task<IEnumerable<string>> PrepareServersAsync()
    {
        await ManageRabbitMqAsync(HttpMethod.Put, $"vhosts/{_id}");
        foreach (var service in _services)
            await RunOnPostgresAsync($"create database {DatabaseOf(service)}");
        return
        [
            $"--RabbitMq:Uri={RabbitMq}",
            .. _services.Select(s => $"--ConnectionStrings:{s}={new NpgsqlConnectionStringBuilder(Setting("PLATFORM_TEST_POSTGRES")) { Database = DatabaseOf(s), MaxPoolSize = 20 }}"),
        ];
    }

    private string DatabaseOf(string service) => $"{_id}_{service}";

    private static async Task RunOnPostgresAsync(string sql)
    {
        await using var server = NpgsqlDataSource.Create(Setting("PLATFORM_TEST_POSTGRES"));
        await using var command = server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task ManageRabbitMqAsync(HttpMethod method, string path)
    {
        var address = new Uri(Setting("PLATFORM_TEST_RABBITMQ_MANAGEMENT"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address.Authority}/api/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(address.UserInfo)));
        using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Put ? JsonContent.Create(new { }) : null };
        (await http.SendAsync(request)).EnsureSuccessStatusCode();
    }

    private static string Setting(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new InvalidOperationException($"Set {name}, or run `bash tests/run.sh`, which starts servers for the tests.");
}
