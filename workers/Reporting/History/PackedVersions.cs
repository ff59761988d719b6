using System.Buffers.Binary;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Platform.Commitments.V1;

namespace Platform.Reporting.History;

/// <summary>
/// The version of a commitment and those of what was reported on it, one behind the other in one array, until they are looked
/// at. As objects, those of a large record would take more than twice the memory.
/// </summary>
internal sealed class PackedVersions
{
    private static readonly MessageDescriptor[] Types = [Commitment.Descriptor, ProgressUpdate.Descriptor, Assessment.Descriptor];

    // The type, the day and the moment of a version and the length of its resource stand before the resource.
    private const int DayAt = sizeof(byte);
    private const int MomentAt = DayAt + sizeof(int);
    private const int LengthAt = MomentAt + sizeof(long);
    private const int HeadLength = LengthAt + sizeof(int);

    private byte[] _bytes = [];
    private int _length;

    /// <summary>Whether resources of this type are kept packed: there are many of them, and each is looked at only a few times.</summary>
    public static bool Takes(IResource resource) => Types.Contains(resource.Descriptor);

    /// <summary>The commitment that a resource of these types is, or belongs to.</summary>
    public static string CommitmentOf(IResource resource) => resource is Commitment ? resource.Name : ResourceNames.Parent(resource.Name);

    /// <summary>Adds a version.</summary>
    public void Add(ResourceVersion version)
    {
        var size = version.Record.CalculateSize();
        var end = _length + HeadLength + size;
        // Mostly exactly as long as needed; of many versions not each is a reason to copy the others.
        if (end > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(end, _length + (_length / 4)));
        var added = _bytes.AsSpan(_length, HeadLength + size);
        added[0] = (byte)Array.IndexOf(Types, version.Record.Descriptor);
        BinaryPrimitives.WriteInt32LittleEndian(added[DayAt..], version.EffectiveDate.DayNumber);
        BinaryPrimitives.WriteInt64LittleEndian(added[MomentAt..], version.RecordTime.UtcTicks);
        BinaryPrimitives.WriteInt32LittleEndian(added[LengthAt..], size);
        version.Record.WriteTo(added[HeadLength..]);
        _length = end;
    }

    /// <summary>The versions of one type, in the order in which they were added.</summary>
    public IEnumerable<(DateTimeOffset RecordTime, Dated<TRecord> Dated)> Read<TRecord>(MessageParser<TRecord> parser)
        where TRecord : class, IResource, IMessage<TRecord>
    {
        var type = Array.FindIndex(Types, t => t.ClrType == typeof(TRecord));
        for (int at = 0, size; at < _length; at += HeadLength + size)
        {
            size = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at + LengthAt));
            if (_bytes[at] != type)
                continue;
            var effectiveDate = DateOnly.FromDayNumber(BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at + DayAt)));
            var recordTime = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(at + MomentAt)), TimeSpan.Zero);
            yield return (recordTime, new Dated<TRecord>(parser.ParseFrom(_bytes, at + HeadLength, size), effectiveDate));
        }
    }
}
