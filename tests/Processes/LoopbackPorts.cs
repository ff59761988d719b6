using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Platform.Processes;

/// <summary>
/// Ports of loopback that are free, from below the range that the system gives to outgoing connections: a process
/// that is started again finds its port free.
/// </summary>
public static class LoopbackPorts
{
    private static readonly ConcurrentDictionary<int, bool> Taken = new();

    /// <summary>A port that nobody listens on and that was not returned before.</summary>
    public static int Free()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            if (!Taken.TryAdd(port, true))
                continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody listens on it.
            }
        }
        throw new InvalidOperationException("No free port was found on 127.0.0.1 between 15000 and 30000.");
    }
}
