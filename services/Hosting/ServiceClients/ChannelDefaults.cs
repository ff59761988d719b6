using System.Net.Security;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;

namespace Platform.Hosting.ServiceClients;

/// <summary>What the channels of services and of the <c>platform</c> program to a service have in common.</summary>
public static class ChannelDefaults
{
    internal static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    // Repeats calls that were answered UNAVAILABLE, which alone says that nothing was done, and spreads them over the addresses of a
    // dns:/// name.
    private static ServiceConfig ServiceConfigOf(string address)
    {
        var configuration = new ServiceConfig
        {
            MethodConfigs =
            {
                new MethodConfig
                {
                    Names = { MethodName.Default },
                    RetryPolicy = new RetryPolicy
                    {
                        MaxAttempts = 4,
                        InitialBackoff = TimeSpan.FromMilliseconds(50),
                        MaxBackoff = TimeSpan.FromSeconds(1),
                        BackoffMultiplier = 2,
                        RetryableStatusCodes = { StatusCode.Unavailable },
                    },
                },
            },
        };
        if (IsDns(address))
            configuration.LoadBalancingConfigs.Add(new RoundRobinConfig());
        return configuration;
    }

    private static bool IsDns(string address) => address.StartsWith("dns:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens a channel.</summary>
    /// <param name="address">The address of the service.</param>
    /// <param name="allowCleartext">Whether those to a <c>dns:///</c> name are without TLS; other addresses say it themselves.</param>
    /// <param name="options">What is its own. It has the rest of here.</param>
    /// <param name="tls">How connections are encrypted.</param>
    public static GrpcChannel Open(string address, bool allowCleartext, GrpcChannelOptions options,
        SslClientAuthenticationOptions? tls = null)
    {
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            // The machine's proxy is meant for the internet and rarely supports HTTP/2.
            UseProxy = false,
            SslOptions = tls ?? new SslClientAuthenticationOptions(),
        };
        options.ServiceConfig = ServiceConfigOf(address);
        if (IsDns(address))
            options.Credentials = allowCleartext ? ChannelCredentials.Insecure : ChannelCredentials.SecureSsl;
        options.DisposeHttpClient = true;
        options.HttpHandler = new ConnectTimeoutHandler(IsDns(address), handler);
        var channel = GrpcChannel.ForAddress(address, options);
        // So that a call that has five seconds has time left for another replica. Not before the channel has looked at it: its balancer
        // would give up all its attempts to connect together after so long, begin anew while the end is under way, and by chance of two
        // threads neither (Grpc.Net.Client 2.85): a service that was away for longer would not be found again (decision 29).
        handler.ConnectTimeout = ConnectTimeout;
        return channel;
    }
}
