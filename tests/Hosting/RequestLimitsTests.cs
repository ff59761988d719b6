using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Platform.Hosting.Identity;

namespace Platform.Hosting.Tests;

/// <summary>What a request may cost before a method sees it.</summary>
public sealed class RequestLimitsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(null, "TOKEN_INVALID")]
    [InlineData(Role.Reader, "ROLE_INSUFFICIENT")]
    public async Task Body_OfACallerWhoMayNotCall_IsNotWaitedFor(Role? role, string reason)
    {
        await using var process = await TestProcess.StartAsync();
        using var body = new EndlessBody(PrefixOf(1000));

        using var response = await SendAsync(process, "Write", body, role is null ? null : process.As(role.Value)
            .GetValue("authorization"));

        Assert.Equal(reason, ReasonOf(response));
    }

    [Fact]
    public async Task Body_OfALengthAboveTheLimit_IsNotWaitedFor()
    {
        await using var process = await TestProcess.StartAsync();
        using var body = new EndlessBody(PrefixOf((64 * 1024) + 1));

        using var response = await SendAsync(process, "Ask", body, process.As(Role.Officer).GetValue("authorization"));

        Assert.Equal("LIMIT_EXCEEDED", ReasonOf(response));
    }

    [Theory]
    [InlineData("Ask", 65_536)]
    [InlineData("AskMany", 262_144)]
    [InlineData("Write", 1_048_576)]
    public async Task Request_IsBoundedByWhatItsMethodIsFor(string method, int max)
    {
        await using var process = await TestProcess.StartAsync();

        Assert.Null(await FailureAsync(process, method, Unknown(max)));
        var failure = await FailureAsync(process, method, Unknown(max + 1));

        Assert.Equal((StatusCode.ResourceExhausted, "LIMIT_EXCEEDED"), (failure!.StatusCode, failure.Reason()));
        Assert.Equal("message_size", failure.Detail<ErrorInfo>()!.Metadata["limit"]);
        Assert.Equal(failure.Status.Detail, failure.Details().Message);
    }

    [Theory]
    [InlineData(10_000, false)]
    [InlineData(10_001, true)]
    public async Task Request_OfManyFields_IsRefusedBeforeItIsParsed(int fields, bool isRefused)
    {
        await using var process = await TestProcess.StartAsync();
        var request = new WriteRequest { Part = new Part() };
        // The part itself is one of them.
        request.Part.Parts.AddRange(Enumerable.Range(0, fields - 1).Select(_ => new Part()));

        var failure = await FailureAsync(process, "Write", request.ToByteArray());

        Assert.Equal(isRefused, failure is not null);
        if (isRefused)
            Assert.Equal("message_fields", failure!.Detail<ErrorInfo>()!.Metadata["limit"]);
    }

    [Fact]
    public async Task Request_OfFieldsThatAreUnknown_CountsThemToo()
    {
        await using var process = await TestProcess.StartAsync();

        var failure = await FailureAsync(process, "Write", [.. Enumerable.Range(0, 10_001).SelectMany(_ => new byte[] { 15 << 3, 1 })]);

        Assert.Equal("message_fields", failure!.Detail<ErrorInfo>()!.Metadata["limit"]);
    }

    [Fact]
    public async Task Request_ThatIsCompressed_IsRefused()
    {
        await using var process = await TestProcess.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(async () => await process.Client.AskAsync(
            new AskRequest { Text = new string('x', 1000) },
            new Metadata
            {
                { "authorization", process.As(Role.Officer).GetValue("authorization")! },
                { "grpc-internal-encoding-request", "gzip" },
            },
            cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal((StatusCode.Unimplemented, "ENCODING_UNSUPPORTED"), (failure.StatusCode, failure.Reason()));
    }

    [Fact]
    public async Task Request_MarkedAsCompressedWithoutSayingHow_IsRefused()
    {
        await using var process = await TestProcess.StartAsync();
        using var body = new ByteArrayContent([1, 0, 0, 0, 0]);

        using var response = await SendAsync(process, "Ask", body, process.As(Role.Officer).GetValue("authorization"));

        Assert.Equal("ENCODING_UNSUPPORTED", ReasonOf(response));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 10, 7, 65 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 255, 255 })]
    public async Task Request_ThatIsNotOneMessage_IsTheCallersFault(byte[] bytes)
    {
        await CheckIsTheCallersFaultAsync("platform.probe.v1.ProbeService/Ask", bytes);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 255, 255 })]
    [InlineData(new byte[] { 9, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 10, 7, 65 })]
    public async Task Request_ThatIsNotAMessage_IsTheCallersFaultInHealthAndReflectionToo(byte[] bytes)
    {
        await CheckIsTheCallersFaultAsync("grpc.health.v1.Health/Check", bytes);
        await CheckIsTheCallersFaultAsync("grpc.health.v1.Health/Watch", bytes);
        await CheckIsTheCallersFaultAsync("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", bytes);
    }

    private static async Task CheckIsTheCallersFaultAsync(string method, byte[] bytes)
    {
        await using var process = await TestProcess.StartAsync();
        using var body = new ByteArrayContent(bytes);

        using var response = await SendAsync(process, method, body, process.As(Role.Officer).GetValue("authorization"));
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        var headers = response.Headers.Contains("grpc-status") ? response.Headers : response.TrailingHeaders;
        var status = (StatusCode)int.Parse(headers.GetValues("grpc-status").Single(), CultureInfo.InvariantCulture);
        Assert.True(status is StatusCode.InvalidArgument or StatusCode.ResourceExhausted, $"{method}: {status}");
        Assert.DoesNotContain(process.Log.Entries, e => e.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    // A field that no message has, of as many bytes.
    private static byte[] Unknown(int bytes)
    {
        var message = new byte[bytes];
        // Field 1000, length-delimited, and a length of three bytes.
        (message[0], message[1]) = (0xc2, 0x3e);
        var length = bytes - 5;
        (message[2], message[3], message[4]) = ((byte)((length & 127) | 128), (byte)(((length >> 7) & 127) | 128), (byte)(length >> 14));
        return message;
    }

    private static byte[] PrefixOf(int length)
    {
        var prefix = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(1), length);
        return prefix;
    }

    private static async Task<RpcException?> FailureAsync(TestProcess process, string name, byte[] request)
    {
        var bytes = Marshallers.Create(b => b, b => b);
        var method = new Method<byte[], byte[]>(MethodType.Unary, ProbeService.Descriptor.FullName, name, bytes, bytes);
        try
        {
            await process.Channel.CreateCallInvoker()
                .AsyncUnaryCall(method, null, new CallOptions(process.As(Role.Officer),
                cancellationToken: TestContext.Current.CancellationToken), request);
            return null;
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(TestProcess process, string method, HttpContent body, string? authorization)
    {
        using var client = new HttpClient();
        var path = method.Contains('/', StringComparison.Ordinal) ? method : $"{ProbeService.Descriptor.FullName}/{method}";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{process.Address}/{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        body.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("authorization", authorization);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken)
            .WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private static string ReasonOf(HttpResponseMessage response)
    {
        var encoded = response.Headers.GetValues("grpc-status-details-bin").Single();
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(encoded.PadRight((encoded.Length + 3) / 4 * 4, '=')));
        return status.Details.Single(d => d.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>().Reason;
    }

    // Sends its beginning and then nothing until the answer is there.
    private sealed class EndlessBody(byte[] beginning) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(beginning, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
