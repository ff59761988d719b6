using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.Hosting.Tests;

/// <summary>A server on loopback that keeps what it is sent, for tests of what a client says before it is sure whom it speaks to.</summary>
internal sealed class FirstBytes : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public FirstBytes() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The first bytes of the next connection.</summary>
    public async Task<byte[]> NextAsync(int count)
    {
        using var client = await AcceptAsync();
        return await ReadAsync(client.GetStream(), count);
    }

    /// <summary>Answers the first bytes of the next connection with a byte; returns what comes then, until the client closes.</summary>
    public async Task<byte[]> NextAfterAsync(int count, byte answer)
    {
        using var client = await AcceptAsync();
        var stream = client.GetStream();
        await ReadAsync(stream, count);
        await stream.WriteAsync(new[] { answer }, TestContext.Current.CancellationToken);
        return await ReadAsync(stream, 1);
    }

    /// <summary>Speaks TLS with a certificate that nobody trusts; returns what the client sends inside, which is
    /// nothing if it looks.</summary>
    public async Task<byte[]> NextInsideUntrustedTlsAsync(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var client = await AcceptAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            return await ReadAsync(tls, 1);
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            return [];
        }
    }

    public void Dispose() => _listener.Dispose();

    private Task<TcpClient> AcceptAsync() =>
        _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken);

    // Fewer when the client closes.
    private static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        var buffer = new byte[count];
        var read = await stream.ReadAtLeastAsync(buffer, count, throwOnEndOfStream: false, TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken);
        return buffer[..read];
    }
}
