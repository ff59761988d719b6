using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Platform.Common.V1;
using RpcStatus = Google.Rpc.Status;
using Status = Grpc.Core.Status;

namespace Platform.Hosting.Errors;

/// <summary>
/// The form in which every error leaves: the status code and message of gRPC, and a
/// <c>google.rpc.Status</c> with the same two, an <c>ErrorInfo</c> and what else the reason promises.
/// </summary>
internal static class StatusDetails
{
    /// <summary>The trailer that holds the <c>google.rpc.Status</c>.</summary>
    public const string Trailer = "grpc-status-details-bin";

    // Trailers are headers: several clients refuse more than 8 KiB of them. The message is sent
    // twice, once percent-encoded and once in the trailer, which grows by a third as base 64.
    private const int MaxMessageLength = 1200;
    private const int MaxViolationBytes = 2500;

    /// <summary>The code of a reason: the one table, documented at <c>ErrorReason</c>.</summary>
    public static StatusCode CodeOf(ErrorReason reason) => reason switch
    {
        ErrorReason.FieldInvalid or ErrorReason.PageTokenInvalid => StatusCode.InvalidArgument,
        ErrorReason.ReferenceNotFound or ErrorReason.RuleViolated or ErrorReason.RequestIdReused
            or ErrorReason.ResourceReferenced or ErrorReason.LogReplaced => StatusCode.FailedPrecondition,
        ErrorReason.ResourceNotFound => StatusCode.NotFound,
        ErrorReason.ResourceExists or ErrorReason.ResourceDuplicate => StatusCode.AlreadyExists,
        ErrorReason.EtagStale => StatusCode.Aborted,
        ErrorReason.TokenInvalid => StatusCode.Unauthenticated,
        ErrorReason.RoleInsufficient or ErrorReason.OtherParty or ErrorReason.ViewIncomplete or ErrorReason.ServiceNotAllowed =>
            StatusCode.PermissionDenied,
        ErrorReason.LimitExceeded => StatusCode.ResourceExhausted,
        ErrorReason.DependencyUnavailable => StatusCode.Unavailable,
        ErrorReason.PositionOutOfRange => StatusCode.OutOfRange,
        ErrorReason.MethodUnknown or ErrorReason.EncodingUnsupported => StatusCode.Unimplemented,
        _ => StatusCode.Internal,
    };

    /// <summary>The exception that makes gRPC send an API error.</summary>
    public static RpcException ToRpcException(this ApiException refused)
    {
        var details = new List<IMessage>();
        if (refused.Violations.Count > 0)
            details.Add(BadRequestOf(refused.Violations));
        if (refused.RetryAfter is { } retryAfter)
            details.Add(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryAfter) });
        return Error(CodeOf(refused.Reason), refused.Reason, refused.Message, refused.Metadata, details);
    }

    /// <summary>The exception that makes gRPC send an error.</summary>
    public static RpcException Error(
        StatusCode code, ErrorReason reason, string message, IReadOnlyDictionary<string, string> metadata,
            IEnumerable<IMessage>? details = null)
    {
        var shown = Shorten(message);
        var trailers = new Metadata { { Trailer, Serialize(code, reason, shown, metadata, details) } };
        return new RpcException(new Status(code, shown), trailers);
    }

    /// <summary>The content of the trailer.</summary>
    public static byte[] Serialize(
        StatusCode code, ErrorReason reason, string message, IReadOnlyDictionary<string, string> metadata,
            IEnumerable<IMessage>? details = null)
    {
        var info = new ErrorInfo { Reason = ProtoNames.Of(reason)["ERROR_REASON_".Length..], Domain = "rcp-platform" };
        foreach (var (key, value) in metadata)
            info.Metadata.Add(key, Shorten(value));
        var status = new RpcStatus { Code = (int)code, Message = message, Details = { Any.Pack(info) } };
        foreach (var detail in details ?? [])
            status.Details.Add(Any.Pack(detail));
        return status.ToByteArray();
    }

    private static BadRequest BadRequestOf(IReadOnlyList<FieldViolation> violations)
    {
        var request = new BadRequest();
        var room = MaxViolationBytes;
        foreach (var violation in violations)
        {
            var sent = new BadRequest.Types.FieldViolation { Field = violation.Field, Description = violation.Description };
            room -= sent.CalculateSize() + 4;
            // The first is always sent; the message has the others.
            if (room < 0 && request.FieldViolations.Count > 0)
                break;
            request.FieldViolations.Add(sent);
        }
        return request;
    }

    private static string Shorten(string message)
    {
        var room = MaxMessageLength;
        var length = 0;
        foreach (var rune in message.EnumerateRunes())
        {
            room -= rune.IsAscii && !Rune.IsControl(rune) ? 1 : 3 * rune.Utf8SequenceLength;
            if (room < 0)
                return message[..length] + " …";
            length += rune.Utf16SequenceLength;
        }
        return message;
    }
}
