using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Platform.Commitments.V1;

namespace Platform.Benchmarks;

/// <summary>The rows that recording a progress update writes, as the platform writes them.</summary>
internal sealed class Rows
{
    public Rows(CreateProgressUpdateRequest request)
    {
        var now = TimeProvider.System.GetUtcNow();
        Update = request.ProgressUpdate;
        Update.Version = 1;
        Update.Etag = "1";
        Update.RecordTime = now.ToTimestamp();
        Name = Update.Name;
        Parent = Name[..Name.LastIndexOf("/progressUpdates/", StringComparison.Ordinal)];
        RecordTime = now;
        RequestId = request.RequestId;
        State = Update.ToByteArray();
        Keys = [("reported-for", Update.ReportedFor), ("parent", Parent)];
    }

    public const string Actor = "officer-1";

    public const string Type = "ProgressUpdate";

    public const short Created = 1;

    public static byte[] RequestHash { get; } = new byte[32];

    public ProgressUpdate Update { get; }

    public string Name { get; }

    public string Parent { get; }

    public Guid ChangeId { get; } = Guid.CreateVersion7();

    public DateTimeOffset RecordTime { get; }

    public string RequestId { get; }

    public byte[] State { get; }

    public (string Key, string Value)[] Keys { get; }
}
