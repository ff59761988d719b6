using System.Net;
using System.Net.Http.Headers;

namespace Platform.Attack;

/// <summary>What is sent: a gRPC call in bytes, which need not be one.</summary>
/// <param name="Path">The path, for example <c>/rcp.meetings.v1.MeetingsService/GetMeeting</c>.</param>
/// <param name="Body">The body with its framing.</param>
internal sealed record RawCall(string Path, byte[] Body)
{
    /// <summary>The <c>authorization</c> headers.</summary>
    public IReadOnlyList<string> Authorization { get; init; } = [];

    /// <summary>Further headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When the caller gives up; null when it does not.</summary>
    public TimeSpan? GivesUpAfter { get; init; }

    /// <summary>A message with the framing of gRPC.</summary>
    /// <param name="message">The message.</param>
    /// <param name="flag">Whether it says that it is compressed.</param>
    /// <param name="length">The length that it says; its own if not given.</param>
    public static byte[] Framed(ReadOnlySpan<byte> message, byte flag = 0, uint? length = null)
    {
        var framed = new byte[5 + message.Length];
        framed[0] = flag;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(framed.AsSpan(5));
        return framed;
    }
}

/// <summary>How a call ended.</summary>
/// <param name="Status">The gRPC status; one of the constants where there is none.</param>
/// <param name="Message">What the server said.</param>
/// <param name="ReceivedBytes">How many bytes came.</param>
internal sealed record RawAnswer(int Status, string Message, long ReceivedBytes)
{
    /// <summary>HTTP refused it before gRPC saw it, or the connection was closed.</summary>
    public const int NotGrpc = 100;

    /// <summary>The caller gave up.</summary>
    public const int GaveUp = 101;

    /// <summary>No answer came in time.</summary>
    public const int Unanswered = 102;
}

/// <summary>Sends calls over HTTP/2 as bytes, so that they may be wrong in every way.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _address;

    /// <summary>Makes one with connections of its own.</summary>
    public RawClient(Uri address)
    {
        _address = address;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = 65_535,
        })
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Sends a call and reads its answer to the end.</summary>
    public async Task<RawAnswer> CallAsync(RawCall call, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(call.GivesUpAfter ?? call.Timeout + TimeSpan.FromSeconds(10));
        try
        {
            using var request = RequestOf(call, new ByteArrayContent(call.Body));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
            var received = await DrainAsync(response, deadline.Token);
            return AnswerOf(response, received);
        }
        catch (OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return new RawAnswer(call.GivesUpAfter is null ? RawAnswer.Unanswered : RawAnswer.GaveUp, "", 0);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new RawAnswer(RawAnswer.NotGrpc, e.Message, 0);
        }
    }

    /// <summary>Begins a call whose body comes slowly or whose answer is never read, and holds it for a time.</summary>
    /// <param name="call">The call; its body is sent at once.</param>
    /// <param name="slowly">Bytes of the body that then come one by one, or null.</param>
    /// <param name="hold">How long.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task HoldAsync(RawCall call, byte[]? slowly, TimeSpan hold, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        end.CancelAfter(hold);
        try
        {
            using var request = RequestOf(call, slowly is null ? new ByteArrayContent(call.Body) : new SlowContent(call.Body, slowly));
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, end.Token);
            await Task.Delay(hold, end.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
        {
            // Ended by either side.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage RequestOf(RawCall call, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address, call.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Headers.TryAddWithoutValidation("grpc-timeout",
            ((long)call.Timeout.TotalMilliseconds).ToString(System.Globalization.CultureInfo.InvariantCulture) + "m");
        foreach (var value in call.Authorization)
            request.Headers.TryAddWithoutValidation("authorization", value);
        foreach (var (name, value) in call.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static async Task<long> DrainAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var (buffer, received) = (new byte[16 * 1024], 0L);
        while (await stream.ReadAsync(buffer, cancel) is var count and > 0)
            received += count;
        return received;
    }

    private static RawAnswer AnswerOf(HttpResponseMessage response, long received)
    {
        var status = First(response.TrailingHeaders, "grpc-status") ?? First(response.Headers, "grpc-status");
        var message = First(response.TrailingHeaders, "grpc-message") ?? First(response.Headers, "grpc-message") ?? "";
        return int.TryParse(status, out var code) ? new RawAnswer(code, message, received)
            : new RawAnswer(RawAnswer.NotGrpc, $"HTTP {(int)response.StatusCode}", received);
    }

    private static string? First(HttpHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    // The rest of a body, a byte in a tenth of a second.
    private sealed class SlowContent(byte[] first, byte[] rest) : HttpContent
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(first, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            for (var i = 0; i < rest.Length; i++)
            {
                await Task.Delay(Pause, cancellationToken);
                await stream.WriteAsync(rest.AsMemory(i, 1), cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
