using Google.Rpc;
using Grpc.Core;
using RpcStatus = Google.Rpc.Status;

namespace Platform.Fixtures;

/// <summary>A refusal as a client reads it from the trailers of a call.</summary>
public sealed record RefusedCall(
    StatusCode Code, string Reason, string Message, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<string> Fields,
        TimeSpan? RetryAfter);

/// <summary>Reads what every error of the platform carries.</summary>
public static class ErrorDetails
{
    private const string Trailer = "grpc-status-details-bin";

    /// <summary>The refusal in which a call ends. Its form is checked against the comments in <c>errors.proto</c>.</summary>
    public static Task<RefusedCall> RefusedAsync<T>(this AsyncUnaryCall<T> call) => RefusedAsync(() => call.ResponseAsync);

    /// <summary>The refusal in which a stream ends before anything came.</summary>
    public static Task<RefusedCall> RefusedAsync<T>(this AsyncServerStreamingCall<T> call) =>
        RefusedAsync(() => call.ResponseStream.MoveNext(CancellationToken.None));

    /// <summary>Checks the reason and the metadata of a refusal; the code follows from the reason.</summary>
    public static async Task IsRefusedAsync<T>(this AsyncUnaryCall<T> call, string reason, params (string Key, string Value)[] metadata)
    {
        var refused = await call.RefusedAsync();
        Assert.True(reason == refused.Reason, $"Expected {reason}, not {refused.Reason}: {refused.Message}");
        Assert.Equal(metadata.OrderBy(m => m.Key, StringComparer.Ordinal), refused.Metadata.Select(m => (m.Key, m.Value))
            .OrderBy(m => m.Key, StringComparer.Ordinal));
    }

    /// <summary>Checks the rule by which a call is refused.</summary>
    public static Task IsRefusedByAsync<T>(this AsyncUnaryCall<T> call, string rule) => call.IsRefusedAsync("RULE_VIOLATED", ("rule",
        rule));

    /// <summary>Checks that a call is refused for one malformed field.</summary>
    public static async Task IsRefusedForFieldAsync<T>(this AsyncUnaryCall<T> call, string field)
    {
        var refused = await call.RefusedAsync();
        Assert.True(refused.Reason == "FIELD_INVALID", $"Expected FIELD_INVALID, not {refused.Reason}: {refused.Message}");
        Assert.Equal([field], refused.Fields.Distinct());
        Assert.Contains(field, refused.Message, StringComparison.Ordinal);
    }

    private static async Task<RefusedCall> RefusedAsync(Func<Task> call)
    {
        var e = await Assert.ThrowsAsync<RpcException>(call);
        var bytes = e.Trailers.GetValueBytes(Trailer);
        Assert.True(bytes is not null, $"{e.Status} came without details.");
        var status = RpcStatus.Parser.ParseFrom(bytes);
        var info = Detail<ErrorInfo>(status) ?? throw new InvalidOperationException($"{e.Status} came without ErrorInfo.");
        var promised = ProtoComments.OfReason(info.Reason);
        Assert.Equal(((int)e.StatusCode, e.Status.Detail, "rcp-platform"), (status.Code, status.Message, info.Domain));
        Assert.Contains(e.StatusCode, promised.Codes);
        Assert.Equal(promised.Metadata.Order(StringComparer.Ordinal), info.Metadata.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(info.Reason == "FIELD_INVALID", Detail<BadRequest>(status) is not null);
        return new RefusedCall(e.StatusCode, info.Reason, status.Message, info.Metadata,
            Detail<BadRequest>(status)?.FieldViolations.Select(v => v.Field).ToList() ?? [],
                Detail<RetryInfo>(status)?.RetryDelay.ToTimeSpan());
    }

    private static T? Detail<T>(RpcStatus status) where T : class, Google.Protobuf.IMessage<T>, new() =>
        status.Details.Where(d => d.Is(new T().Descriptor)).Select(d => d.Unpack<T>()).SingleOrDefault();
}
