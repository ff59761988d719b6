using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Platform.Attack;

/// <summary>
/// Makes messages in their binary form, from their descriptors: most are nearly right, so that they get past the first
/// checks, and some are not.
/// </summary>
/// <param name="random">Decides.</param>
/// <param name="recorded">What the platform holds.</param>
internal sealed class MessageMaker(Random random, Recorded recorded)
{
    private const int MaxDepth = 5;

    private static readonly string[] Texts =
    [
        "", " ", "\0", "a\0b", "\u202Egnp.exe", "😀", string.Concat(Enumerable.Repeat("😀", 200)), "٢٠١٣-٠٣-٠٥",
        "२०१३", "../../etc/passwd", "participants/-", "/", "/x",
        "%s%n%x", "=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "<script>", new('&', 200), "_x003D_1", "participants/*", "a/b/c/d/e/f",
        "'; drop table record; --", "\u001b[2J", "http://user:pw@127.0.0.1/", "file:///etc/passwd", "e\u0301", "\uFEFF", "null",
    ];

    private static readonly string[] Days =
    [
        "2013-03-05", "2011-03-09", "2016-03-23", "2022-12-06", "2013-02-30", "0001-01-01", "9999-12-31", "10000-01-01", "2013-3-5",
        "2013-03-05T00:00:00Z", "-2013-03-05", "",
    ];

    private static readonly HashSet<string> Needed =
        ["name", "parent", "names", "service", "update_mask", "change_date", "reason", "date", "from_beginning"];

    private int _made;

    /// <summary>A message of a type.</summary>
    public byte[] Make(MessageDescriptor type) => Make(type, 0);

    private byte[] Make(MessageDescriptor type, int depth)
    {
        using var bytes = new MemoryStream();
        var real = depth > 0 && random.Next(10) < 8 ? recorded.ResourceOf(type, random) : null;
        // What comes later replaces, or is added to, what is there.
        if (real is not null)
            bytes.Write(real);
        using var output = new CodedOutputStream(bytes);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            // What every request of its kind needs, what is there already, and what few requests have.
            var chance = depth == 0 && Needed.Contains(field.Name) || depth == 0 && IsResource(field) ? 95 : real is not null ? 4
                : depth == 0 ? 12 : 50;
            if (random.Next(100) >= chance)
                continue;
            var times = !field.IsRepeated ? 1 : random.Next(200) == 0 ? 300 : random.Next(4);
            for (var i = 0; i < times; i++)
                Write(output, field, depth);
        }
        if (random.Next(50) == 0)
        {
            output.WriteTag(5000, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(Noise(random.Next(100))));
        }
        output.Flush();
        return bytes.ToArray();
    }

    private void Write(CodedOutputStream output, FieldDescriptor field, int depth)
    {
        if (random.Next(300) == 0)
        {
            // Of another type than it is.
            output.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed64);
            output.WriteFixed64((ulong)random.NextInt64());
            return;
        }
        switch (field.FieldType)
        {
            case FieldType.Message when depth < MaxDepth:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(field.MessageType.FullName switch
                {
                    "google.protobuf.FieldMask" => Mask(field.ContainingType),
                    "google.protobuf.Timestamp" => Moment(),
                    _ => Make(field.MessageType, depth + 1),
                }));
                break;
            case FieldType.String:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Text(field)));
                break;
            case FieldType.Bytes:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(Noise(random.Next(200))));
                break;
            case FieldType.Enum:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Varint);
                output.WriteInt64(random.Next(10) == 0 ? Number() : random.Next(field.EnumType.Values.Count));
                break;
            case FieldType.Double:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Fixed64);
                output.WriteDouble(random.Next(3) == 0 ? double.NaN : random.NextDouble() * 1e9);
                break;
            case FieldType.Bool or FieldType.Int32 or FieldType.Int64 or FieldType.UInt32 or FieldType.UInt64:
                output.WriteTag(field.FieldNumber, WireFormat.WireType.Varint);
                output.WriteInt64(field.FieldType == FieldType.Bool ? random.Next(2) : Number());
                break;
        }
    }

    private byte[] Text(FieldDescriptor field)
    {
        if (random.Next(200) == 0)
            return Noise(random.Next(300));
        if (random.Next(300) == 0)
            return System.Text.Encoding.UTF8.GetBytes(new string('x', 1 << random.Next(8, 17)));
        var text = random.Next(10) switch
        {
            0 => Texts[random.Next(Texts.Length)],
            1 => Days[random.Next(Days.Length)],
            _ when field.Name.Contains("date", StringComparison.Ordinal) || field.Name is "as_of" or "start" or "end" or "start_date" =>
                random.Next(4) == 0 ? Days[random.Next(Days.Length)] : "2013-03-05",
            _ when field.Name == "request_id" => new Guid(Noise(16)).ToString(),
            _ when field.Name == "service" => PlatformServices.All[random.Next(PlatformServices.All.Count)].Name,
            2 or 3 when field.Name == "name" => string.Create(CultureInfo.InvariantCulture,
                $"{AnyName().Split('/')[0]}/made-{random.Next(100_000)}-{_made++}"),
            4 when field.Name is "order_by" or "read_mask" => "name desc",
            _ => AnyName(),
        };
        return System.Text.Encoding.UTF8.GetBytes(text);
    }

    private static bool IsResource(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && !field.IsRepeated && field.MessageType.FindFieldByName("name") is not null;

    private string AnyName() => recorded.Names[random.Next(recorded.Names.Count)];

    private byte[] Mask(MessageDescriptor request)
    {
        var resource = request.Fields.InDeclarationOrder().FirstOrDefault(f => f.FieldType == FieldType.Message
            && f.MessageType.FindFieldByName("name") is not null)?.MessageType;
        var mask = new Google.Protobuf.WellKnownTypes.FieldMask();
        for (var i = random.Next(4); i >= 0; i--)
        {
            mask.Paths.Add(resource is null || random.Next(10) == 0 ? Texts[random.Next(Texts.Length)]
                : resource.Fields.InDeclarationOrder()[random.Next(resource.Fields.InDeclarationOrder().Count)].Name);
        }
        return mask.ToByteArray();
    }

    private byte[] Moment()
    {
        var seconds = random.Next(5) switch
        {
            0 => random.NextInt64(),
            1 => -62_135_596_800,
            2 => 253_402_300_799,
            3 => DateTimeOffset.UtcNow.ToUnixTimeSeconds() - random.Next(1000),
            _ => 1_362_441_600,
        };
        return new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = seconds, Nanos = random.Next(4) == 0 ? random.Next() : 0 }
            .ToByteArray();
    }

    private long Number() => random.Next(6) switch
    {
        0 => 0,
        1 => -1,
        2 => long.MaxValue,
        3 => int.MinValue,
        4 => random.NextInt64(),
        _ => random.Next(1000),
    };

    private byte[] Noise(int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
