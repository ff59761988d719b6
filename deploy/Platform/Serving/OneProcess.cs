using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Platform.Commitments;
using Platform.Hosting;
using Platform.Hosting.ChangeLog;
using Platform.Meetings;
using Platform.Membership;
using Platform.Reporting;

namespace Platform.Tool.Serving;

/// <summary>The three services and the reporting worker in one process, on one port.</summary>
internal static class OneProcess
{
    /// <summary>Puts it together.</summary>
    /// <param name="settings">Given the configuration, what to put over it.</param>
    public static WebApplication Build(Func<IConfiguration, Dictionary<string, string?>> settings)
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
        var app = PlatformHost.Build(builder);
        app.MapMembership();
        app.MapMeetings();
        app.MapCommitments();
        app.MapReporting();
        return app;
    }

    /// <summary>Starts it and returns its address.</summary>
    public static async Task<string> StartAsync(WebApplication app, CancellationToken cancel)
    {
        var configured = app.Services.GetRequiredService<IOptions<ListenSettings>>();
        try
        {
            await app.StartAsync(cancel);
        }
        catch (OptionsValidationException e)
        {
            throw new CommandFailedException(string.Join(" ", e.Failures), e);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new CommandFailedException($"{configured.Value.Address} is in use by another program. Stop that one, or choose another port with --port.", e);
        }
        return app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
    }
}
