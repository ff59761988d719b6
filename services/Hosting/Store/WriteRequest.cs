using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Hosting.Identity;

namespace Platform.Hosting.Store;

/// <summary>
/// Who asks for a write, under which request id, and a hash by which a retry is distinguished from another
/// request that uses the same id.
/// </summary>
public sealed record WriteRequest
{
    /// <summary>Longest request id.</summary>
    public const int MaxIdLength = 100;

    /// <summary>Makes the <see cref="WriteRequest"/> of a call.</summary>
    /// <param name="request">The whole request.</param>
    /// <param name="requestId">The <c>request_id</c> of the request; may be empty.</param>
    /// <param name="actor">The subject of the caller's token.</param>
    public WriteRequest(IMessage request, string requestId, string actor)
    {
        if (requestId.Length > MaxIdLength)
            throw Errors.ApiError.InvalidField("request_id", $"Has {requestId.Length} characters; at most {MaxIdLength} are allowed.");
        if (requestId.Any(char.IsControl))
            throw Errors.ApiError.InvalidField("request_id", "Contains control characters. Remove them.");
        Actor = actor;
        Fields = request.Descriptor.Fields;
        ValidateOnly = request.Descriptor.FindFieldByName("validate_only") is { } field && (bool)field.Accessor.GetValue(request);
        // What is only checked is not kept, so that no retry has anything to find.
        Id = ValidateOnly ? "" : requestId;
        if (Id.Length > 0)
            Hash = SHA256.HashData([.. Encoding.UTF8.GetBytes(request.Descriptor.FullName), .. request.ToByteArray()]);
    }

    // A write that follows from another, without a request of its own.
    internal WriteRequest(string actor) => (Actor, Id, Fields) = (actor, "", Empty.Descriptor.Fields);

    /// <summary>The subject of the caller's token.</summary>
    public string Actor { get; }

    /// <summary>The request is to be checked only: nothing is written.</summary>
    public bool ValidateOnly { get; }

    /// <summary>The request id; empty when the caller gave none.</summary>
    public string Id { get; }

    internal byte[] Hash { get; } = [];

    private MessageDescriptor.FieldCollection Fields { get; }

    /// <summary>The path of the resource's name in the request, for example <c>attendance.name</c>.</summary>
    internal string FieldOfName(MessageDescriptor resource)
    {
        var field = Fields.InDeclarationOrder().FirstOrDefault(f => f.FieldType == FieldType.Message && f.MessageType == resource);
        return field is null ? "name" : $"{field.Name}.name";
    }
}

/// <summary>Makes the <see cref="WriteRequest"/> of a call.</summary>
public static class WriteRequestOfCall
{
    /// <summary>Who asks for a write, under which request id.</summary>
    public static WriteRequest ToWriteRequest(this ServerCallContext context, IMessage request, string requestId) =>
        new(request, requestId, context.Caller().Subject);
}
