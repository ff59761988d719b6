using System.Collections.Concurrent;
using Google.Protobuf;

namespace Platform.EndToEnd.Tests;

/// <summary>A span that a process sent.</summary>
/// <param name="Process">The process, <c>service.name</c>.</param>
/// <param name="Name">What it did.</param>
/// <param name="TraceId">The trace, in hexadecimal.</param>
/// <param name="LinkedTraces">The traces to which the span is linked.</param>
internal sealed record ReceivedSpan(string Process, string Name, string TraceId, IReadOnlyList<string> LinkedTraces);

/// <summary>
/// A collector of OpenTelemetry: receives traces by OTLP over HTTP and keeps what the tests look at. The numbers are those of the
/// fields of <c>opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest</c>.
/// </summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly HttpReceiver _receiver;

    public TraceCollector() => _receiver = new HttpReceiver((path, body) =>
    {
        if (path == "/v1/traces")
        {
            foreach (var resource in Field(body, 1))
                Add(resource);
        }
    });

    /// <summary>What makes a process send its spans here, soon.</summary>
    public (string Name, string Value)[] Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _receiver.Address),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "200"),
    ];

    /// <summary>The spans of a trace that have come.</summary>
    public IReadOnlyList<ReceivedSpan> Of(string traceId) => [.. _spans.Where(s => s.TraceId == traceId)];

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    private void Add(byte[] resourceSpans)
    {
        var process = Field(resourceSpans, 1).SelectMany(r => Field(r, 1)).Where(a => Text(a, 1) == "service.name")
            .Select(a => Text(Field(a, 2).Single(), 1)).Single();
        foreach (var span in Field(resourceSpans, 2).SelectMany(scope => Field(scope, 2)))
        {
            _spans.Enqueue(new ReceivedSpan(process, Text(span, 5), Convert.ToHexStringLower(Field(span, 1).Single()),
                [.. Field(span, 13).Select(link => Convert.ToHexStringLower(Field(link, 1).Single()))]));
        }
    }

    private static string Text(byte[] message, int number) =>
        string.Concat(Field(message, number).Select(System.Text.Encoding.UTF8.GetString));

    // The values of a field that is a message, a text or bytes.
    private static List<byte[]> Field(byte[] message, int number)
    {
        var (values, input) = (new List<byte[]>(), new CodedInputStream(message));
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag == WireFormat.MakeTag(number, WireFormat.WireType.LengthDelimited))
                values.Add(input.ReadBytes().ToByteArray());
            else
                input.SkipLastField();
        }
        return values;
    }
}
