using System.Net;
using System.Net.Sockets;

namespace Platform.Faults;

/// <summary>
/// Ports of loopback that are free, from below the range that the system gives to outgoing connections: a process
/// that is started again finds its port free.
/// </summary>
internal static class Ports
{
    private static readonly HashSet<int> Given = [];

    /// <summary>A port that nobody listens on and that was not given before.</summary>
    public static int Free()
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            if (!Given.Add(port))
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
