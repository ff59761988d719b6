using System.Globalization;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Hosting.Errors;
using Platform.Hosting.Health;
using Platform.Hosting.Identity;
using Platform.Hosting.Reflection;
using Platform.Hosting.ServiceClients;
using Platform.Hosting.Settings;
using Platform.Hosting.Store;

namespace Platform.Hosting;

/// <summary>
/// What every process of the platform shares. A process is made of <see cref="CreateBuilder"/>, what
/// its services add (<c>builder.AddMeetings()</c>), <see cref="Build"/>, and what they map
/// (<c>app.MapMeetings()</c>).
/// </summary>
public static class PlatformHost
{
    /// <summary>
    /// The exit code of a process that refuses to start, EX_CONFIG of BSD's <c>sysexits.h</c>: starting it again does not
    /// help before somebody has corrected its settings.
    /// </summary>
    public const int RefusedExitCode = 78;

    /// <summary>
    /// Runs a process to its end, and returns its exit code. What keeps it from starting is one sentence on standard error.
    /// </summary>
    /// <param name="args">Its command line.</param>
    /// <param name="add">Adds its services.</param>
    /// <param name="map">Maps them.</param>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        var started = CancellationToken.None;
        try
        {
            var builder = CreateBuilder(args);
            add(builder);
            var app = Build(builder);
            map(app);
            started = app.Lifetime.ApplicationStarted;
            await app.RunAsync();
            // What ended the process, if it was not told to, has set it.
            return Environment.ExitCode;
        }
        catch (Exception e) when (!started.IsCancellationRequested && ReasonOf(e) is { } reason)
        {
            await Console.Error.WriteLineAsync(reason);
            return RefusedExitCode;
        }
    }

    // What can be wrong with the settings or the machine: the message is a sentence. Anything else is a fault of the program.
    private static string? ReasonOf(Exception e) => e switch
    {
        OptionsValidationException options => string.Join(' ', options.Failures),
        InvalidOperationException or IOException or UnauthorizedAccessException or FormatException => e.Message,
        _ => null,
    };

    /// <summary>
    /// Prepares a process: settings from <c>appsettings.json</c> beside the program, the environment
    /// and the command line; see <see cref="ListenSettings"/> and <see cref="IdentityOptions"/>.
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(params string[] args)
    {
        // Not from the working directory: the same program has the same settings wherever it is started.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        AddLogging(builder);
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        AddListening(builder);

        services.AddSettings<IdentityOptions, IdentityOptionsValidator>("Identity");
        services.AddSingleton<TokenValidator>();
        services.AddSingleton<ServiceIdentity>();
        services.AddSettings<CallerLimitOptions>("Limits");
        services.AddSingleton<CallerLimits>();

        // Singletons: the framework would create interceptors for each call.
        services.AddSingleton<ErrorTable>();
        services.AddSingleton<ErrorInterceptor>();
        services.AddGrpc();
        services.AddOptions<GrpcServiceOptions>().Configure<IOptions<ListenSettings>>((grpc, listen) =>
        {
            grpc.MaxReceiveMessageSize = listen.Value.MaxRequestBytes;
            // Requests are not unpacked; see RequestLimits.
            grpc.CompressionProviders = [];
            grpc.EnableDetailedErrors = false;
            grpc.Interceptors.Add<ErrorInterceptor>();
        });

        services.AddHealth();
        services.AddReflection();
        services.AddTransient<IStartupFilter, StartChecks>();
        return builder;
    }

    /// <summary>Makes the process, with health and reflection.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        // Made when the process starts, after its options were checked.
        app.Use(next =>
        {
            var errors = app.Services.GetRequiredService<ErrorTable>();
            return context => FrameworkErrors.InvokeAsync(context, next, errors);
        });
        app.Use(next =>
        {
            var tokens = app.Services.GetRequiredService<TokenValidator>();
            var identity = app.Services.GetRequiredService<ServiceIdentity>();
            return context => AuthorizationMiddleware.InvokeAsync(context, next, tokens, identity);
        });
        app.Use(next =>
        {
            var limits = new RequestLimits(app.Services.GetRequiredService<IOptions<ListenSettings>>().Value,
                app.Services.GetRequiredService<CallerLimits>());
            return context => limits.InvokeAsync(context, next);
        });
        app.Use(next =>
        {
            var limits = app.Services.GetRequiredService<CallerLimits>();
            return context => limits.InvokeAsync(context, next);
        });
        app.MapHealth();
        app.MapReflection();
        app.MapStores();
        return app;
    }

    private static void AddListening(WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<ListenSettings, ListenSettingsValidator>("Listen");
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<ListenSettings>>((kestrel,
            listen) => listen.Value.Apply(kestrel));
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ListenSettings>>((host,
            listen) => host.ShutdownTimeout = listen.Value.ShutdownTimeout);
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        const string Time = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        builder.Logging.ClearProviders();
        if (string.Equals(builder.Configuration["Logging:Console:FormatterName"], "json", StringComparison.OrdinalIgnoreCase))
        {
            builder.Logging.AddJsonConsole(o => (o.UseUtcTimestamp, o.TimestampFormat) = (true, Time.TrimEnd()));
        }
        else
        {
            builder.Logging.AddSimpleConsole(o => (o.UseUtcTimestamp, o.TimestampFormat, o.SingleLine) = (true, Time, true));
        }
        // The frameworks log every refused call; what operators need is logged here.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Grpc", LogLevel.Warning);
        // What goes wrong in a call is logged once, by ErrorTable; bytes that are not a message are not a fault of the server.
        builder.Logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        // What keeps a process from starting is told by RunAsync; what stops one is critical.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        // Logged by ReadinessCheck, and only when it changes.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }

    // Runs when the endpoints are known and before the process listens.
    private sealed class StartChecks(IServiceProvider services) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            // Makes the key file, or finds that it cannot be read.
            services.GetRequiredService<TokenValidator>();
            PolicyCheck.ThrowIfAnyMethodHasNone(services.GetRequiredService<EndpointDataSource>());
            var served = services.GetRequiredService<ServedServices>();
            var listen = services.GetRequiredService<IOptions<ListenSettings>>().Value;
            if (services.GetServices<ServiceClient>().Any())
                services.GetRequiredService<ServiceIdentity>().ThrowIfThereIsNone();
            foreach (var client in services.GetServices<ServiceClient>())
            {
                if (services.GetRequiredService<IOptionsMonitor<ServiceClientOptions>>().Get(client.Service.SectionName).Address.Length > 0)
                    continue;
                if (!served.Contains(client.Service.FullName) || listen.IsEncrypted)
                {
                    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                        $"Set Services:{client.Service.SectionName}:Address to where {client.Service.FullName} is served."));
                }
            }
        };
    }
}
