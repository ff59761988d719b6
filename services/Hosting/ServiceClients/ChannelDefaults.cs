using System.Collections.Concurrent;
using System.Net.Security;
using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Platform.Hosting.ServiceClients;

/// <summary>What the channels of services and of the <c>platform</c> program to a service have in common.</summary>
public static class ChannelDefaults
{
    /// <summary>
    /// Repeats calls that were answered UNAVAILABLE, which alone says that nothing was done, and spreads them over the addresses of
    /// a <c>dns:///</c> name.
    /// </summary>
    /// <param name="address">The address of the service.</param>
    public static ServiceConfig ServiceConfigOf(string address)
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

    /// <summary>True for a <c>dns:///</c> name.</summary>
    public static bool IsDns(string address) => address.StartsWith("dns:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The handler of a channel.</summary>
    /// <param name="address">The address of the service.</param>
    /// <param name="tls">How connections are encrypted.</param>
    public static HttpMessageHandler CreateHandler(string address, SslClientAuthenticationOptions? tls = null) => new ConnectTimeoutHandler(
        IsDns(address),
        new SocketsHttpHandler
        {
            // So that a call that has five seconds has time left for another replica.
            ConnectTimeout = TimeSpan.FromSeconds(2),
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = TimeSpan.FromSeconds(10),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            // The machine's proxy is meant for the internet and rarely supports HTTP/2.
            UseProxy = false,
            SslOptions = tls ?? new SslClientAuthenticationOptions(),
        });

    // Decision 29. gRPC takes a connection that was not made in time for a call that its caller cancelled, and does not repeat it. That
    // happens with a frozen replica, for which the system still accepts connections: to gRPC's balancer it is ready.
    private sealed class ConnectTimeoutHandler(bool hasReplicas, SocketsHttpHandler handler) : DelegatingHandler(handler)
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

        // When each replica was last waited for in vain. For a time others are asked, and nobody waits for it again.
        private readonly ConcurrentDictionary<string, long> _silent = new(StringComparer.Ordinal);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var replica = request.RequestUri!.Authority;
            if (hasReplicas && _silent.TryGetValue(replica, out var since) && TimeProvider.System.GetElapsedTime(since) < Pause)
                throw NoConnectionTo(replica);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                _silent[replica] = TimeProvider.System.GetTimestamp();
                throw NoConnectionTo(replica);
            }
        }

        private static HttpRequestException NoConnectionTo(string replica)
        {
            var message = $"No connection to {replica} could be made in time.";
            return new HttpRequestException(HttpRequestError.ConnectionError, message, new IOException(message));
        }
    }
}
