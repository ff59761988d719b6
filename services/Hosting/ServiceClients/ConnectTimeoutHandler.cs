using System.Collections.Concurrent;

namespace Platform.Hosting.ServiceClients;

/// <summary>
/// Makes a connection that was not made in time an error of the connection. gRPC takes it for a call that its caller cancelled, and
/// does not repeat it. That happens with a frozen replica, for which the system still accepts connections: to gRPC's balancer it is
/// ready (decision 29).
/// </summary>
/// <param name="hasReplicas">Whether calls may go to others while one is silent.</param>
/// <param name="handler">Makes the connections.</param>
internal sealed class ConnectTimeoutHandler(bool hasReplicas, SocketsHttpHandler handler) : DelegatingHandler(handler)
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
