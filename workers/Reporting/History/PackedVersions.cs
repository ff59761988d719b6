using System.Buffers.Binary;
using Google.Protobuf;

namespace Platform.Reporting.History;

/// <summary>
/// Versions of resources one behind the other in one array, until they are looked at. As objects, the progress updates of a
/// large record would take more than twice the memory.
/// </summary>
internal sealed class PackedVersions
{
    // The day and the moment of a version and the length of its resource stand before the resource.
    private const int MomentAt = sizeof(int);
    private const int LengthAt = MomentAt + sizeof(long);
    private const int HeadLength = LengthAt + sizeof(int);

    private byte[] _bytes = [];
    private int _length;

    /// <summary>Adds a version.</summary>
    public void Add(ResourceVersion version)
    {
        var size = version.Record.CalculateSize();
        var end = _length + HeadLength + size;
        // Mostly exactly as long as needed; of many versions not each is a reason to copy the others.
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(end, _length + (_length / 4)));
        var added = _bytes.AsSpan(_length, HeadLength + size);
        BinaryPrimitives.WriteInt32LittleEndian(added, version.EffectiveDate.DayNumber);
        BinaryPrimitives.WriteInt64LittleEndian(added[MomentAt..], version.RecordTime.UtcTicks);
        BinaryPrimitives.WriteInt32LittleEndian(added[LengthAt..], size);
        version.Record.WriteTo(added[HeadLength..]);
        _length = end;
    }

    /// <summary>The versions, in the order in which they were added.</summary>
    public IEnumerable<(DateTimeOffset RecordTime, Dated<TRecord> Dated)> Read<TRecord>(MessageParser<TRecord> parser)
        where TRecord : class, IResource, IMessage<TRecord>
    {
        for (var at = 0; at < _length;)
        {
            var effectiveDate = DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at)));
            var recordTime = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(at + MomentAt)), TimeSpan.Zero);
            var size = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at + LengthAt));
            yield return (recordTime, new Dated<TRecord>(parser.ParseFrom(_bytes, at + HeadLength, size), effectiveDate));
            at += HeadLength + size;
        }
    }
}
