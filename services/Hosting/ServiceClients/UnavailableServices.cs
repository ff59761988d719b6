using Grpc.Core;
using Microsoft.Extensions.Logging;
using Platform.Hosting.Errors;

namespace Platform.Hosting.ServiceClients;

/// <summary>
/// Turns "not there" and "did not answer in time" of another service into the error that a caller gets, and logs why: the caller
/// learns nothing of addresses and certificates. Every other answer of that service is for the code that asked to understand.
/// </summary>
/// <param name="name">The service as messages call it, for example <c>membership service</c>.</param>
/// <param name="address">Where it is asked; empty for a service of the same process.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
public sealed partial class UnavailableServices(string name, string address, TimeProvider time, ILogger<UnavailableServices> log)
    : FailedCallInterceptor
{
    // A service that is away fails every call: log it once per interval.
    private readonly LogLimit _limit = new(TimeSpan.FromSeconds(30), time);

    /// <inheritdoc/>
    protected override Exception? Translate(RpcException e)
    {
        // A call that was not answered, as when its connection is lost, is INTERNAL to the client's library.
        if (e.StatusCode is not (StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            && e.Status.DebugException is not (HttpRequestException or IOException))
        {
            return null;
        }
        if (_limit.MayWrite(out var unlogged))
            LogUnavailable(log, name, address.Length > 0 ? address : "this process", ReasonOf(e), unlogged);
        return ApiError.Unavailable(name, e);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The {Service} at {Address} did not serve a call: {Reason} {Unlogged} calls before it failed without a line here.")]
    private static partial void LogUnavailable(ILogger logger, string service, string address, string reason, int unlogged);
}
