using System.Data.Common;
using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Platform.Common.V1;

namespace Platform.Hosting.Errors;

/// <summary>
/// The one place where what went wrong becomes a gRPC status: refusals by their reason, a store or
/// service that is away as UNAVAILABLE, the rest as INTERNAL with a trace id and nothing of the cause.
/// </summary>
public sealed partial class ErrorTable(ILogger<ErrorTable> logger)
{
    // A store that is away fails every call: log it once per interval.
    private static readonly TimeSpan AwayLogInterval = TimeSpan.FromSeconds(10);

    private readonly LogLimit _awayLog = new(AwayLogInterval, TimeProvider.System);

    /// <summary>The status of a fault.</summary>
    /// <param name="e">The fault.</param>
    /// <param name="method">The method that was called.</param>
    /// <param name="deadline">The call's deadline.</param>
    /// <param name="cancel">The call's own token: what fails after it was cancelled fails because of it.</param>
    public RpcException Translate(Exception e, string method, DateTime deadline, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested && ComesOfTheEnd(e))
            return CallEnded(deadline);
        switch (e)
        {
            case ApiException refused:
                return refused.ToRpcException();
            // Messages of a stream that the caller sends are parsed when they are read.
            case RpcException { StatusCode: StatusCode.Internal } or InvalidProtocolBufferException or InvalidDataException or IOException
                when method.StartsWith("/grpc.reflection.", StringComparison.Ordinal):
                return ApiError.NotAMessage("The stream has bytes that are not a message of this method's type.").ToRpcException();
            // Health and reflection have their own standard errors.
            case RpcException standard when method.StartsWith("/grpc.", StringComparison.Ordinal):
                return standard;
            case RpcException { StatusCode: StatusCode.Unavailable or StatusCode.ResourceExhausted }:
                return ApiError.Unavailable("service asked", e).ToRpcException();
            case var fault when DatabaseFaults.IsUnavailable(fault):
                if (_awayLog.MayWrite(out var unlogged))
                    LogStoreAway(fault, method, unlogged);
                return ApiError.StoreLost(fault).ToRpcException();
            default:
                var traceId = (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString();
                LogUnexpected(e, method, traceId);
                return StatusDetails.Error(
                    StatusCode.Internal,
                    ErrorReason.Internal,
                    "Something unexpected went wrong on our side. Try again later; if it happens again, tell the operator the trace id.",
                    new Dictionary<string, string> { ["trace_id"] = traceId });
        }
    }

    // What is interrupted when the caller leaves: waiting, an inner call, a query, or writing to a
    // response stream that is closed (InvalidOperationException).
    private static bool ComesOfTheEnd(Exception e) =>
        e is OperationCanceledException or RpcException or IOException or DbException or InvalidOperationException
            or ApiException { Reason: ErrorReason.DependencyUnavailable };

    private static RpcException CallEnded(DateTime deadline)
    {
        // gRPC measures deadlines by the system's clock, whatever clock the process was given.
        var (code, message) = TimeProvider.System.GetUtcNow().UtcDateTime >= deadline
            ? (StatusCode.DeadlineExceeded,
                "The deadline passed before the answer was ready. A write may have happened: repeat it with the same request_id.")
            : (StatusCode.Cancelled, "The call was cancelled. A write may have happened: repeat it with the same request_id.");
        return StatusDetails.Error(code, ErrorReason.CallEnded, message, new Dictionary<string, string>());
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed unexpectedly; trace id {TraceId}")]
    private partial void LogUnexpected(Exception e, string method, string traceId);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Method}: the store cannot be used. {Unlogged} calls before it were refused for the same reason without a line here.")]
    private partial void LogStoreAway(Exception e, string method, int unlogged);
}
