using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Common.V1;

namespace Platform.Hosting.Errors;

/// <summary>
/// Adds the details to the errors that the gRPC framework makes before any interceptor runs: a
/// method that does not exist, a request that is too large or cannot be parsed.
/// </summary>
internal static class FrameworkErrors
{
    public static async Task AddDetails(HttpContext context, RequestDelegate next)
    {
        await next(context);
        // An error without content is sent in the headers alone; else the status is a trailer.
        var trailers = context.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var headers = trailers is { IsReadOnly: false } && trailers.ContainsKey("grpc-status") ? trailers : context.Response.Headers;
        if (headers.IsReadOnly
            || !int.TryParse(headers["grpc-status"], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || (StatusCode)number is StatusCode.OK
            || headers.ContainsKey(StatusDetails.Trailer))
        {
            return;
        }
        var code = (StatusCode)number;
        if (code == StatusCode.Unknown)
        {
            // What goes wrong behind the interceptors has its details; what is left are bytes that are no message.
            code = StatusCode.InvalidArgument;
            headers["grpc-status"] = ((int)code).ToString(CultureInfo.InvariantCulture);
            headers["grpc-message"] = "The request is no message of this method's type. Make it with the platform's protos.";
        }
        var (reason, metadata) = code switch
        {
            StatusCode.InvalidArgument => (ErrorReason.FieldInvalid, []),
            StatusCode.Unimplemented => (ErrorReason.MethodUnknown, new Dictionary<string, string>()),
            StatusCode.ResourceExhausted => (ErrorReason.LimitExceeded, new Dictionary<string, string> { ["limit"] = "message_size" }),
            StatusCode.DeadlineExceeded or StatusCode.Cancelled => (ErrorReason.CallEnded, []),
            _ => (ErrorReason.Internal, new Dictionary<string, string> { ["trace_id"] = context.TraceIdentifier }),
        };
        var message = Uri.UnescapeDataString(headers["grpc-message"].ToString());
        headers[StatusDetails.Trailer] = Convert.ToBase64String(StatusDetails.Serialize(code, reason, message, metadata)).TrimEnd('=');
    }
}
