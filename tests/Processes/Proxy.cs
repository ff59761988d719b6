using System.Net;
using System.Net.Sockets;

namespace Platform.Processes;

/// <summary>
/// The link of one process to one target, over TCP. It can be cut, be a black hole, and be slow, and with several
/// targets it spreads connections over those that accept them.
/// </summary>
public sealed class Proxy : IDisposable
{
    private const int PacketSize = 16 * 1024;

    private readonly int[] _targets;
    private readonly Lock _lock = new();
    private readonly HashSet<Socket> _sockets = [];
    private readonly HashSet<string> _reasonsToRefuse = [];
    private Socket? _listener;
    private TaskCompletionSource _passable = new();
    private int _reasonsToBlock;
    private TimeSpan _delay;
    private int _next;

    /// <summary>Opens the connection.</summary>
    /// <param name="port">Where the process connects to.</param>
    /// <param name="targets">Ports on which the target listens.</param>
    public Proxy(int port, params int[] targets)
    {
        (Port, _targets) = (port, targets);
        _passable.SetResult();
        Listen();
    }

    /// <summary>Where the process connects to.</summary>
    public int Port { get; }

    /// <summary>Resets every connection and refuses new ones, until <see cref="Accept"/> was called for each reason.</summary>
    public void Refuse(string reason)
    {
        Socket[] connected;
        lock (_lock)
        {
            _reasonsToRefuse.Add(reason);
            _listener?.Dispose();
            _listener = null;
            connected = [.. _sockets];
            _sockets.Clear();
        }
        foreach (var socket in connected)
            Reset(socket);
    }

    /// <summary>Takes a reason to refuse connections away.</summary>
    public void Accept(string reason)
    {
        lock (_lock)
        {
            if (_reasonsToRefuse.Remove(reason) && _reasonsToRefuse.Count == 0)
                Listen();
        }
    }

    /// <summary>Lets nothing pass, in either direction, on connections old and new, until <see cref="Unblock"/> was
    /// called as often.</summary>
    public void Block()
    {
        lock (_lock)
        {
            if (_reasonsToBlock++ == 0)
                _passable = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Lets pass again, first of all what has waited.</summary>
    public void Unblock()
    {
        lock (_lock)
        {
            if (--_reasonsToBlock == 0)
                _passable.SetResult();
        }
    }

    /// <summary>Holds every packet up; zero for not at all. Packets queue, so that the bandwidth suffers too.</summary>
    public void SlowDown(TimeSpan delay)
    {
        lock (_lock)
            _delay = delay;
    }

    /// <inheritdoc/>
    public void Dispose() => Refuse("disposed");

    private void Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        listener.Listen(128);
        _listener = listener;
        _ = AcceptAsync(listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
                _ = CarryAsync(await listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The link was cut.
        }
    }

    private async Task CarryAsync(Socket near)
    {
        Socket? far = null;
        var close = Reset;
        try
        {
            near.NoDelay = true;
            if (!Keep(near))
                return;
            await PassableAsync();
            far = await ConnectAsync();
            if (far is null || !Keep(far))
                return;
            await await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
            // The end of a connection passes a link no sooner than what was sent before it.
            await PassableAsync();
            // A reset would take away what the process has not read yet, for example why the server hung up.
            close = static socket => socket.Dispose();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One end is gone: so is the connection.
        }
        finally
        {
            Forget(near, close);
            Forget(far, close);
        }
    }

    private async Task<Socket?> ConnectAsync()
    {
        var first = Interlocked.Increment(ref _next);
        for (var i = 0; i < _targets.Length; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _targets[(first + i) % _targets.Length]);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        return null;
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var packet = new byte[PacketSize];
        while (true)
        {
            var size = await from.ReceiveAsync(packet);
            if (size == 0)
                return;
            await PassableAsync();
            for (var sent = 0; sent < size;)
                sent += await to.SendAsync(packet.AsMemory(sent, size - sent));
        }
    }

    private async Task PassableAsync()
    {
        Task passable;
        TimeSpan delay;
        lock (_lock)
            (passable, delay) = (_passable.Task, _delay);
        await passable;
        if (delay > TimeSpan.Zero)
            await Task.Delay(delay);
    }

    private bool Keep(Socket socket)
    {
        lock (_lock)
            return _reasonsToRefuse.Count == 0 && _sockets.Add(socket);
    }

    private void Forget(Socket? socket, Action<Socket> close)
    {
        if (socket is null)
            return;
        lock (_lock)
            _sockets.Remove(socket);
        close(socket);
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
        socket.Dispose();
    }
}
