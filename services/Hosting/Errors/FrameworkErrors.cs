using System.Globalization;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Common.V1;

namespace Platform.Hosting.Errors;

/// <summary>
/// Sends the errors that come up before any interceptor runs: those of the middleware, and with their details those
/// of the gRPC framework (a method that does not exist, a request that is too large or cannot be parsed).
/// </summary>
internal static class FrameworkErrors
{
    // The framework tells a request that cannot be parsed and one for which there is no memory with the same status, and
    // keeps the cause to itself.
    private static readonly AsyncLocal<StrongBox<bool>?> RanOutOfMemory = new();

    static FrameworkErrors() => AppDomain.CurrentDomain.FirstChanceException += (_, thrown) =>
    {
        if (thrown.Exception is OutOfMemoryException && RanOutOfMemory.Value is { } request)
            request.Value = true;
    };

    public static async Task InvokeAsync(HttpContext context, RequestDelegate next, ErrorTable errors)
    {
        var ranOutOfMemory = RanOutOfMemory.Value = new StrongBox<bool>();
        try
        {
            await next(context);
        }
        // A request that breaks off is the server's to answer.
        catch (Exception e) when (e is not (IOException or OperationCanceledException) && !context.Response.HasStarted)
        {
            Send(context.Response, errors.Translate(e, context.Request.Path, DateTime.MaxValue, context.RequestAborted));
            return;
        }
        AddDetails(context, ranOutOfMemory.Value);
    }

    // An error without content is sent in the headers alone.
    private static void Send(HttpResponse response, RpcException error)
    {
        response.Clear();
        response.ContentType = "application/grpc";
        response.Headers["grpc-status"] = ((int)error.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers["grpc-message"] = Uri.EscapeDataString(error.Status.Detail);
        response.Headers[StatusDetails.Trailer] = Convert.ToBase64String(error.Trailers.GetValueBytes(StatusDetails.Trailer)!).TrimEnd('=');
    }

    private static void AddDetails(HttpContext context, bool ranOutOfMemory)
    {
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
        // Health answers as its standard says, but for bytes that are not a message.
        if (code is not (StatusCode.Unknown or StatusCode.Internal)
            && context.Request.Path.StartsWithSegments("/grpc.health.v1.Health", StringComparison.Ordinal))
        {
            return;
        }
        if (code is StatusCode.Unknown or StatusCode.Internal)
        {
            // What goes wrong behind the interceptors has its details; what is left are bytes that are not a message, or more
            // than one.
            code = ranOutOfMemory ? StatusCode.Unavailable : StatusCode.InvalidArgument;
            headers["grpc-status"] = ((int)code).ToString(CultureInfo.InvariantCulture);
            headers["grpc-message"] = ranOutOfMemory
                ? "The server has no memory for the request at the moment. Nothing was changed; try again later."
                : "The request is not a valid message of this method's type. Make it with the platform's protos.";
        }
        var (reason, metadata) = code switch
        {
            StatusCode.InvalidArgument => (ErrorReason.FieldInvalid, []),
            StatusCode.Unavailable => (ErrorReason.DependencyUnavailable, new Dictionary<string, string> { ["dependency"] = "memory" }),
            StatusCode.Unimplemented => (ErrorReason.MethodUnknown, new Dictionary<string, string>()),
            StatusCode.ResourceExhausted => (ErrorReason.LimitExceeded, new Dictionary<string, string> { ["limit"] = "message_size" }),
            _ => (ErrorReason.CallEnded, []),
        };
        var message = Uri.UnescapeDataString(headers["grpc-message"].ToString());
        headers[StatusDetails.Trailer] = Convert.ToBase64String(StatusDetails.Serialize(code, reason, message, metadata)).TrimEnd('=');
    }
}
