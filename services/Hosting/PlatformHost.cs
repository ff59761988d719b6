using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Platform.Hosting.Certificates;
using Platform.Hosting.Errors;
using Platform.Hosting.Health;
using Platform.Hosting.Identity;
using Platform.Hosting.Operations;
using Platform.Hosting.Reflection;
using Platform.Hosting.ServiceClients;
using Platform.Hosting.Settings;
using Platform.Hosting.Store;
using Platform.Hosting.Telemetry;

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
    /// Runs a process to its end, and returns its exit code. What keeps it from starting is told in sentences on standard error,
    /// all of it at once. With the first argument <c>check-settings</c> it only looks whether it could start; with
    /// <c>health</c> it asks the one that runs whether it is ready.
    /// </summary>
    /// <param name="args">Its command line.</param>
    /// <param name="add">Adds its services.</param>
    /// <param name="map">Maps them.</param>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        var started = CancellationToken.None;
        try
        {
            var (command, settings) = args is ["check-settings" or "health", .. var rest] ? (args[0], rest) : ("", args);
            if (command == "health")
                return await HealthProbe.RunAsync(settings);
            var builder = CreateBuilder(settings);
            add(builder);
            if (await ProblemsOfAsync(builder) is { Count: > 0 } problems)
                return await RefuseAsync(problems);
            if (command == "check-settings")
            {
                await Console.Out.WriteLineAsync("The settings are complete.");
                return 0;
            }
            var app = Build(builder);
            map(app);
            started = app.Lifetime.ApplicationStarted;
            // Taken now: afterwards there is no lifetime to ask.
            var stopping = app.Lifetime.ApplicationStopping;
            try
            {
                await app.RunAsync();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // Told to stop before its start was over, as by a broker that refuses it at once.
            }
            // What ended the process, if it was not told to, has set it.
            return Environment.ExitCode;
        }
        catch (Exception e) when (!started.IsCancellationRequested && SettingsCheck.SentencesOf(e) is { Count: > 0 } sentences)
        {
            return await RefuseAsync(sentences);
        }
    }

    /// <summary>Everything that is wrong with the settings of a process, a sentence each; it is not started.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsOfAsync(WebApplicationBuilder builder)
    {
        // The process's own container comes with its server, which would fail on the first of them.
#pragma warning disable ASP0000
        await using var services = builder.Services.BuildServiceProvider();
#pragma warning restore ASP0000
        return SettingsCheck.ProblemsOf(services);
    }

    private static async Task<int> RefuseAsync(IReadOnlyList<string> sentences)
    {
        foreach (var sentence in sentences)
            await Console.Error.WriteLineAsync(sentence);
        return RefusedExitCode;
    }

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
        services.AddSingleton<ServiceCertificates>();
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
        builder.AddTelemetry();
        services.AddReflection();
        services.AddSingleton<ProcessFaults>();
        services.AddSingleton<OperationsRpcs>();
        services.AddTransient<IStartupFilter, StartChecks>();
        services.AddSingleton(new SettingsCheck(MisspeltSections.Check));
        services.AddSingleton(new SettingsCheck(CheckServiceIdentity));
        services.AddSingleton(new SettingsCheck(CheckServiceAddresses));
        return builder;
    }

    /// <summary>Makes the process, with health and reflection.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        app.UseHealthPort();
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
            var certificates = app.Services.GetRequiredService<ServiceCertificates>();
            return context => AuthorizationMiddleware.InvokeAsync(context, next, tokens, identity, certificates);
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
        app.MapGrpcService<OperationsRpcs>();
        app.MapStores();
        return app;
    }

    private static void AddListening(WebApplicationBuilder builder)
    {
        // An idle connection keeps a buffer of 4 KiB, and a request costs less: it is not asked first whether anything came.
        builder.WebHost.UseSockets(sockets => sockets.WaitForDataBeforeAllocatingBuffer = false);
        builder.Services.AddSettings<ListenSettings, ListenSettingsValidator>("Listen");
        builder.Services.AddSingleton<TlsCertificate>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<ListenSettings>, IServiceProvider>((kestrel, listen,
            services) => listen.Value.Apply(kestrel, services));
        // Found before the process starts to listen.
        builder.Services.AddSingleton(new SettingsCheck(services =>
        {
            if (TlsCertificate.IsNamed(services.GetRequiredService<IConfiguration>()))
                services.GetRequiredService<TlsCertificate>();
            services.GetRequiredService<ServiceCertificates>();
        }));
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<ListenSettings>, IOptions<HealthOptions>>((host,
            listen, health) => host.ShutdownTimeout = health.Value.DrainDelay + listen.Value.ShutdownTimeout);
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

    // A process that asks other services can say who it is.
    private static void CheckServiceIdentity(IServiceProvider services)
    {
        if (services.GetServices<ServiceClient>().Any())
            services.GetRequiredService<ServiceIdentity>().ThrowIfThereIsNone();
    }

    // It reaches those that it serves itself over loopback, which is without TLS, and has to be told where the others are.
    private static void CheckServiceAddresses(IServiceProvider services)
    {
        // As they are written: what is wrong with them is told by their own checks.
        var configuration = services.GetRequiredService<IConfiguration>();
        var isEncrypted = ListenSettings.IsHttps(configuration["Listen:Address"] ?? "");
        var missing = services.GetServices<ServiceClient>().Select(client => client.Service)
            .Where(service => string.IsNullOrEmpty(configuration[$"Services:{service.SectionName}:Address"])
                && (isEncrypted || !HealthRegistration.Serves(services, service.FullName)))
            .Select(service => new InvalidOperationException(
                $"Set Services:{service.SectionName}:Address to where {service.FullName} is served."))
            .ToList();
        if (missing.Count > 0)
            throw new AggregateException(missing);
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
        };
    }
}
