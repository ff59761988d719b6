using System.Net.Sockets;

namespace Platform.Attack.Attacks;

/// <summary>Calls that are reset as soon as they began, and connections that say nothing, or nothing that is HTTP/2.</summary>
internal sealed class Floods(Uri address, Callers callers) : IAttack
{
    private const int ConnectionsAtOnce = 20;

    public string Name => "floods and resets";

    public int Share => 2;

    public int Workers => 16;

    public async Task RunAsync(RawClient client, Random random, Tally tally, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            if (random.Next(20) == 0)
                await ConnectAsync(random, tally, end);
            var call = new RawCall("/rcp.commitments.v1.CommitmentsService/ListCommitments", RawCall.Framed([]))
            {
                Authorization = callers.Any(random),
                GivesUpAfter = TimeSpan.FromMicroseconds(random.Next(1, 1500)),
            };
            tally.Count(call, await client.CallAsync(call, end));
        }
    }

    private async Task ConnectAsync(Random random, Tally tally, CancellationToken end)
    {
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < ConnectionsAtOnce; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(address.Host, address.Port, end);
                var hello = Hello(random);
                await socket.SendAsync(hello, end);
                tally.Count(hello.Length);
            }
            // Not a wait for anything: to hold connections that say nothing more is the attack.
            await Task.Delay(100, end);
        }
        catch (SocketException)
        {
            // There are as many as the server takes.
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    private static byte[] Hello(Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                return [];
            case 1:
                return "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
            case 2:
                return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();
            default:
                var noise = new byte[random.Next(1000)];
                random.NextBytes(noise);
                return noise;
        }
    }
}
