namespace Grpc.Core;

/// <summary>The state of a channel's connection.</summary>
public enum ConnectivityState
{
    /// <summary>Not connected and not trying to be.</summary>
    Idle,

    /// <summary>Connecting.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>The last try failed; the next one comes.</summary>
    TransientFailure,

    /// <summary>Closed for good.</summary>
    Shutdown,
}
