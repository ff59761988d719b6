using System.Net;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>Receives what others send by HTTP, as a collector or the target of a webhook does.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _receiving;

    /// <summary>Begins to receive.</summary>
    /// <param name="received">Is given the path and the body of each request, one after the other.</param>
    public HttpReceiver(Action<string, byte[]> received)
    {
        Address = $"http://127.0.0.1:{LoopbackPorts.Free()}";
        _listener.Prefixes.Add($"{Address}/");
        _listener.Start();
        _receiving = Task.Run(() => ReceiveAsync(received));
    }

    /// <summary>Its address.</summary>
    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _receiving;
        _listener.Close();
    }

    private async Task ReceiveAsync(Action<string, byte[]> received)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            received(context.Request.Url!.AbsolutePath, body.ToArray());
            context.Response.Close();
        }
    }
}
