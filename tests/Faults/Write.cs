using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Platform.Faults;

/// <summary>What a client knows of one of its writes.</summary>
internal enum WriteState
{
    /// <summary>Answered OK: it must be everywhere.</summary>
    Acknowledged,

    /// <summary>Given up without an answer: it may have happened wholly or not at all.</summary>
    Unknown,

    /// <summary>Refused because somebody else was faster: it must not have happened.</summary>
    Refused,
}

/// <summary>One write, and what its client was told about it.</summary>
/// <param name="Method">The method.</param>
/// <param name="Request">The request as it was sent, request id included.</param>
/// <param name="Actor">The subject of the client's token.</param>
/// <param name="RequestId">Its request id.</param>
internal sealed record Write(MethodDescriptor Method, byte[] Request, string Actor, string RequestId)
{
    /// <summary>What its client knows of it.</summary>
    public WriteState State { get; set; } = WriteState.Unknown;

    /// <summary>The resource of the answer; empty without one.</summary>
    public string Name { get; set; } = "";

    /// <summary>The version of the resource in the answer.</summary>
    public long Version { get; set; }

    /// <summary>Hash of the resource in the answer; see <see cref="HashOf"/>.</summary>
    public string Hash { get; set; } = "";

    /// <summary>The service, for example <c>meetings</c>.</summary>
    public string Service => ServiceOf(Method);

    /// <summary>The service of a method: <c>meetings</c> for <c>rcp.meetings.v1.MeetingsService</c>.</summary>
    public static string ServiceOf(MethodDescriptor method) => method.Service.FullName.Split('.')[1];

    /// <summary>A hash of a resource, or of its serialised form, which is the same.</summary>
    public static string HashOf(ReadOnlySpan<byte> state) => Convert.ToHexStringLower(SHA256.HashData(state).AsSpan(0, 12));

    /// <summary>Parses the request again.</summary>
    public IMessage ParseRequest() => Method.InputType.Parser.ParseFrom(Request);

    /// <inheritdoc/>
    public override string ToString() => $"{Method.Name} {Name} v{Version} ({Actor}, {RequestId})";
}
