using System.IO.Compression;
using Google.Protobuf;
using Platform.Commitments.V1;
using Platform.Meetings.V1;

namespace Platform.Attack.Attacks;

/// <summary>Small requests that would become large ones: compressed, nested, repeated, wrong in thousands of places.</summary>
internal sealed class Bombs(Callers callers) : IAttack
{
    private static readonly byte[] Compressed = Compress(new byte[64 * 1024 * 1024]);

    // 1,400,000 empty messages in the field `sources` of a meeting; more than a request may have.
    private static readonly byte[] Empty = Repeated(Meeting.SourcesFieldNumber, [], 1_400_000);

    // As many as a request may have, each of them wrong.
    private static readonly byte[] Wrong = Repeated(Meeting.SourcesFieldNumber, [0x0a, 1, (byte)'/'], 4_000);
    private static readonly byte[] Nested = Nest(100_000);
    private static readonly byte[] Long = Field(Meeting.TitleFieldNumber, new byte[1000 * 1000]);

    public string Name => "bombs";

    public int Share => 2;

    public int Workers => 8;

    public async Task RunAsync(RawClient client, Random random, Tally tally, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var call = Make(random) with { Authorization = random.Next(3) == 0 ? [] : callers.Any(random) };
            tally.Count(call, await client.CallAsync(call, end));
        }
    }

    private static RawCall Make(Random random)
    {
        const string Create = "/rcp.meetings.v1.MeetingsService/CreateMeeting";
        return random.Next(8) switch
        {
            0 => new RawCall(Create, RawCall.Framed(Compressed, flag: 1)) { Headers = [("grpc-encoding", "gzip")] },
            1 => new RawCall(Create, RawCall.Framed(Compressed, flag: 1)),
            2 => new RawCall(Create, RawCall.Framed(Field(CreateMeetingRequest.MeetingFieldNumber, Empty))),
            3 => new RawCall(Create, RawCall.Framed(Field(CreateMeetingRequest.MeetingFieldNumber, Wrong))),
            4 => new RawCall(Create, RawCall.Framed(Nested)),
            5 => new RawCall(Create, RawCall.Framed(Field(CreateMeetingRequest.MeetingFieldNumber, Long))),
            // Names by the thousand, of which each is looked for.
            6 => new RawCall("/rcp.meetings.v1.MeetingsService/BatchGetMeetings",
                RawCall.Framed(Repeated(BatchGetMeetingsRequest.NamesFieldNumber, "meetings/none"u8.ToArray(), 9_000))),
            _ => new RawCall("/rcp.commitments.v1.CommitmentsService/ListCommitments",
                RawCall.Framed(Repeated(ListCommitmentsRequest.OwnersFieldNumber, "participants/idn"u8.ToArray(), 3_000)))
            {
                Headers = [.. Enumerable.Range(0, 50).Select(i => ($"x-{i}", new string('x', 300)))],
            },
        };
    }

    private static byte[] Compress(byte[] plain)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.SmallestSize))
            gzip.Write(plain);
        return bytes.ToArray();
    }

    private static byte[] Field(int number, byte[] value)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
        output.Flush();
        return bytes.ToArray();
    }

    private static byte[] Repeated(int number, byte[] value, int times)
    {
        var one = Field(number, value);
        var all = new byte[one.Length * times];
        for (var i = 0; i < times; i++)
            one.CopyTo(all, i * one.Length);
        return all;
    }

    // Groups of an unknown field, one in the other: their depth costs two bytes each.
    private static byte[] Nest(int depth)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        for (var i = 0; i < depth; i++)
            output.WriteTag(1000, WireFormat.WireType.StartGroup);
        for (var i = 0; i < depth; i++)
            output.WriteTag(1000, WireFormat.WireType.EndGroup);
        output.Flush();
        return bytes.ToArray();
    }
}
