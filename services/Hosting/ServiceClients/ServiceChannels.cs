using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Hosting.Certificates;

namespace Platform.Hosting.ServiceClients;

/// <summary>One channel for each address, for the life of the process.</summary>
internal sealed class ServiceChannels : IDisposable
{
    private readonly ILoggerFactory _logging;
    private readonly IServer _server;
    private readonly Func<TlsCertificate>? _certificate;
    private readonly ServiceProvider _resolvers;
    private readonly ConcurrentDictionary<(string Address, bool Cleartext), Lazy<GrpcChannel>> _channels = new();

    public ServiceChannels(ILoggerFactory logging, IServer server, IConfiguration configuration, IServiceProvider services)
    {
        _logging = logging;
        _server = server;
        _certificate = TlsCertificate.IsNamed(configuration) ? services.GetRequiredService<TlsCertificate> : null;
        // Resolves again every 15 seconds, the least it permits, to find new replicas; the default resolves only when one is lost.
        _resolvers = new ServiceCollection()
            .AddSingleton<ResolverFactory>(new DnsResolverFactory(TimeSpan.FromSeconds(15)))
            .BuildServiceProvider();
    }

    public CallInvoker InvokerOf(ServiceClientOptions options)
    {
        var address = options.Address.Length > 0 ? options.Address : OwnAddress();
        return _channels.GetOrAdd((address, options.AllowCleartext),
            key => new(() => Open(key.Address, key.Cleartext))).Value.CreateCallInvoker();
    }

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
            channel.Value.Dispose();
        _resolvers.Dispose();
    }

    // Services of one process reach one another the way they reach any other: over its own port.
    private string OwnAddress()
    {
        var address = _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The process does not listen yet, so its services cannot ask one another.");
        var uri = new UriBuilder(address.Replace("[::]", "[::1]", StringComparison.Ordinal)
            .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal));
        return uri.Uri.GetLeftPart(UriPartial.Authority);
    }

    private GrpcChannel Open(string address, bool cleartext)
    {
        var options = new GrpcChannelOptions
        {
            LoggerFactory = _logging,
            ServiceProvider = _resolvers,
            // Reconnects soon after a service is back; the default backoff grows to two minutes.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(200),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
        };
        // Shown to a service that asks for it, as it is when the connection is made.
        return ChannelDefaults.Open(address, cleartext, options, _certificate is null ? null
            : new() { LocalCertificateSelectionCallback = (_, _, _, _, _) => _certificate().Current().TargetCertificate });
    }
}
