using Grpc.Core;
using Platform.Hosting.ServiceClients;

namespace Platform.Tool.Client;

/// <summary>Says of a call that was in vain which service was asked, and where.</summary>
/// <param name="service">The service that is called.</param>
/// <param name="address">Its address.</param>
internal sealed class AddressInterceptor(PlatformService service, string address) : FailedCallInterceptor
{
    /// <inheritdoc/>
    protected override Exception? Translate(RpcException e)
    {
        var isUnreached = e.StatusCode == StatusCode.DeadlineExceeded
            || (e.Status.DebugException is not null && e.StatusCode != StatusCode.Cancelled);
        // What a service answered that is not available itself needs only its name.
        return isUnreached || e.StatusCode == StatusCode.Unavailable
            ? new RpcException(new Status(e.StatusCode,
                $"{service.Name} at {address}{(isUnreached ? " could not be reached" : "")}: {ReasonOf(e)}"), e.Trailers)
            : null;
    }
}
