using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Platform.Commitments;
using Platform.Hosting;
using Platform.Hosting.Messaging;
using Platform.Meetings;
using Platform.Membership;
using Platform.Reporting;
using Platform.Tool.Output;

namespace Platform.Tool.Serving;

/// <summary>The three services and the reporting worker in one process, on one port.</summary>
internal static class AllInOneHost
{
    /// <summary>Builds the host.</summary>
    /// <param name="settings">Returns settings that override the given configuration.</param>
    public static async Task<WebApplication> BuildAsync(Func<IConfiguration, Dictionary<string, string?>> settings)
    {
        var builder = CreateBuilder(settings);
        if (await PlatformHost.ProblemsOfAsync(builder) is { Count: > 0 } problems)
            throw new CommandException(string.Join('\n', problems));
        var app = PlatformHost.Build(builder);
        app.MapMembership();
        app.MapMeetings();
        app.MapCommitments();
        app.MapReporting();
        return app;
    }

    /// <summary>Its service collection, before the container is built.</summary>
    internal static WebApplicationBuilder CreateBuilder(Func<IConfiguration, Dictionary<string, string?>> settings)
    {
        var builder = PlatformHost.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings(builder.Configuration));
        // Standard output is for what the command has to say.
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        builder.AddBus(ReportingModule.AddConsumers);
        builder.AddMembership();
        builder.AddMeetings();
        builder.AddCommitments();
        builder.AddReporting();
        return builder;
    }

    /// <summary>Starts the host and returns its address.</summary>
    public static async Task<string> StartAsync(WebApplication app, CancellationToken cancel)
    {
        CheckPort(app.Services.GetRequiredService<IOptions<ListenSettings>>().Value.Address);
        await app.StartAsync(cancel);
        return app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }

    // Kestrel listens last. A process whose port is taken must not have begun to migrate, relay or consume.
    private static void CheckPort(string address)
    {
        var uri = new Uri(address);
        var host = uri.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(uri.Host);
        using var listener = new TcpListener(host, uri.Port);
        try
        {
            listener.Start();
        }
        catch (SocketException e)
        {
            var why = e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => "is in use by another program. Stop that one, or choose another port with --port.",
                SocketError.AccessDenied => "may not be used by this user. Choose a port above 1023 with --port.",
                _ => $"cannot be listened on: {e.Message}.",
            };
            throw new CommandException($"{address} {why}", e);
        }
    }
}
