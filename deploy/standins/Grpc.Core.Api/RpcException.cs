using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>A call that did not end with <see cref="StatusCode.OK"/>. Thrown by a service, it sets the status of its call.</summary>
public class RpcException : Exception
{
    /// <summary>Makes an exception from a status.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty)
    {
    }

    /// <summary>Makes an exception from a status, with a message of its own for logs.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>Makes an exception from a status and the trailers of the call.</summary>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>Makes an exception from a status and the trailers of the call, with a message of its own for logs.</summary>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        Status = status;
        Trailers = GrpcPreconditions.CheckNotNull(trailers);
    }

    /// <summary>The status.</summary>
    public Status Status { get; }

    /// <summary>The code of the status.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>The trailers of the call; where a service put details of the error.</summary>
    public Metadata Trailers { get; }
}
