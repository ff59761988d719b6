using System.Net.Security;
using System.Reflection;
using System.Security.Authentication;
using Google.Protobuf;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Platform.Hosting.Settings;

namespace Platform.Hosting.Messaging;

/// <summary>The bus of a process: RabbitMQ where <see cref="RabbitMqOptions.Uri"/> is set, in memory where that is asked for.</summary>
public static class Bus
{
    private static readonly MethodInfo ExcludeMethod = typeof(Bus)
        .GetMethod(nameof(Exclude), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Adds the bus, one for each process.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="consumers">Adds the consumers of this process, if it has any.</param>
    public static void AddBus(this IHostApplicationBuilder builder, Action<IBusRegistrationConfigurator>? consumers = null)
    {
        builder.Services.AddSettings<RabbitMqOptions, RabbitMqOptionsValidator>("RabbitMq");
        builder.Services.AddMassTransit(bus =>
        {
            // MassTransit would send usage data to its makers. Nothing leaves the process that an operator did not configure.
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            consumers?.Invoke(bus);
            // The kind of bus decides what is registered, before options are available; RabbitMqOptionsValidator refuses to
            // start when neither is asked for.
            if (string.IsNullOrEmpty(builder.Configuration["RabbitMq:Uri"]))
            {
                bus.UsingInMemory((context, configuration) =>
                {
                    CarryProtobuf(configuration);
                    configuration.ConfigureEndpoints(context);
                });
            }
            else
            {
                if (consumers is not null)
                    builder.Services.AddReceiveEndpointObserver<RefusedConsumption>();
                bus.UsingRabbitMq((context, configuration) =>
                {
                    var broker = new Uri(context.GetRequiredService<IOptions<RabbitMqOptions>>().Value.Uri);
                    configuration.Host(broker, host =>
                    {
                        // By itself MassTransit encrypts on the port 5671 only, whatever the scheme says.
                        if (broker.Scheme == "amqps")
                        {
                            host.UseSsl(tls =>
                            {
                                tls.ServerName = broker.Host;
                                // The system chooses: TLS 1.2 or newer.
                                tls.Protocol = SslProtocols.None;
                                tls.EnforcePolicyErrors(
                                    SslPolicyErrors.RemoteCertificateNotAvailable | SslPolicyErrors.RemoteCertificateNameMismatch
                                    | SslPolicyErrors.RemoteCertificateChainErrors);
                            });
                        }
                        host.PublisherConfirmation = true;
                        // Detects a broker that stopped answering within 20 seconds.
                        host.Heartbeat(TimeSpan.FromSeconds(10));
                    });
                    CarryProtobuf(configuration);
                    configuration.ConfigureEndpoints(context);
                });
            }
        });
        builder.Services.Configure<MassTransitHostOptions>(options => options.StopTimeout = TimeSpan.FromSeconds(10));
        // MassTransit adds a check that fails while the broker is away. Nothing is lost then: changes wait in the log, and the worker
        // reads the feeds. A process that stopped serving would make an outage of it.
        builder.Services.PostConfigure<HealthCheckServiceOptions>(health =>
        {
            foreach (var check in health.Registrations.Where(c => c.Tags.Contains("masstransit")).ToList())
                health.Registrations.Remove(check);
        });
    }

    private static void CarryProtobuf(IBusFactoryConfigurator configuration)
    {
        configuration.ConfigureJsonSerializerOptions(options =>
        {
            options.Converters.Insert(0, new ProtobufJsonConverterFactory());
            return options;
        });
        // Without this an exchange is declared for every interface of a generated class too.
        configuration.Publish<IMessage>(p => p.Exclude = true);
        configuration.Publish<IBufferMessage>(p => p.Exclude = true);
        configuration.Publish<IChange>(p => p.Exclude = true);
        foreach (var type in PlatformServices.EventTypes)
            ExcludeMethod.MakeGenericMethod(type.ClrType).Invoke(null, [configuration]);
    }

    private static void Exclude<T>(IBusFactoryConfigurator configuration) where T : class, IMessage<T>
    {
        configuration.Publish<IMessage<T>>(p => p.Exclude = true);
        configuration.Publish<IDeepCloneable<T>>(p => p.Exclude = true);
    }
}
