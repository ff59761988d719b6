using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Threading.RateLimiting;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;

namespace Platform.Hosting;

/// <summary>
/// How much one caller, and all together, may ask of a process: section <c>Limits</c> of the configuration. A caller is the
/// subject of a token, so that two systems that share a subject share its limits. Whoever asks for more is refused with
/// RESOURCE_EXHAUSTED and told when to try again.
/// </summary>
public sealed class CallerLimitOptions
{
    /// <summary>Officers and operators import records: their write limits are this many times higher.</summary>
    public const int OfficerFactor = 100;

    /// <summary>Calls that the process handles at the same time, not counting streams; more wait.</summary>
    [Range(1, 10_000)]
    public int MaxCalls { get; set; } = 200;

    /// <summary>Of these, calls of one caller; more wait.</summary>
    [Range(1, 10_000)]
    public int MaxCallsPerCaller { get; set; } = 100;

    /// <summary>Streams that the process serves at the same time, for example of followers of a change log.</summary>
    [Range(1, 100_000)]
    public int MaxStreams { get; set; } = 1000;

    /// <summary>Of these, streams of one caller.</summary>
    [Range(1, 100_000)]
    public int MaxStreamsPerCaller { get; set; } = 50;

    /// <summary>Requests that write, of one caller in a minute; a hundred times as many of an officer or operator.</summary>
    [Range(1, 100_000_000)]
    public int WritesPerMinute { get; set; } = 600;

    /// <summary>Bytes of the requests that write, of one caller in a minute; a hundred times as many of an officer or operator.</summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int WriteBytesPerMinute { get; set; } = 16 * 1024 * 1024;

    /// <summary>Bytes of all requests that the process receives or works on at the same time; more wait.</summary>
    [Range(1024 * 1024, int.MaxValue)]
    public int MaxRequestBytesInFlight { get; set; } = 128 * 1024 * 1024;

    /// <summary>Of these, bytes of the requests of one caller.</summary>
    [Range(1024 * 1024, int.MaxValue)]
    public int MaxRequestBytesInFlightPerCaller { get; set; } = 32 * 1024 * 1024;
}

/// <summary>Delays a call, or refuses it, when its caller or all callers together exceed the limits.</summary>
internal sealed class CallerLimits : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<Caller> _calls;
    private readonly PartitionedRateLimiter<Caller> _streams;
    private readonly PartitionedRateLimiter<Caller> _bytesInFlight;
    private readonly PartitionedRateLimiter<Caller> _writes;
    private readonly PartitionedRateLimiter<Caller> _writeBytes;
    private readonly CallerLimitOptions _options;

    public CallerLimits(IOptions<CallerLimitOptions> options)
    {
        _options = options.Value;
        _calls = AtOnce(_options.MaxCalls, _options.MaxCallsPerCaller, queued: 10);
        _streams = AtOnce(_options.MaxStreams, _options.MaxStreamsPerCaller, queued: 0);
        _bytesInFlight = AtOnce(_options.MaxRequestBytesInFlight, _options.MaxRequestBytesInFlightPerCaller, queued: 10);
        _writes = PerMinute(_options.WritesPerMinute);
        _writeBytes = PerMinute(_options.WriteBytesPerMinute);
    }

    /// <summary>Reserves room for a request's bytes until the result is disposed of.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="bytes">Its size in bytes.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async ValueTask<RateLimitLease> RoomForAsync(Caller caller, int bytes, CancellationToken cancel)
    {
        var max = Math.Min(_options.MaxRequestBytesInFlight, _options.MaxRequestBytesInFlightPerCaller);
        var lease = await _bytesInFlight.AcquireAsync(caller, Math.Min(bytes, max), cancel);
        return lease.IsAcquired ? lease : throw Refused("request_bytes_in_flight", "Too many bytes of your requests, or of all requests, "
            + "are being received. Send fewer at once.", lease);
    }

    /// <summary>Lets a request that writes pass, if its caller has not written too much in the last minute.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="bytes">Its size in bytes.</param>
    public void CountWrite(Caller caller, int bytes)
    {
        var factor = caller.Role is Role.Officer or Role.Operator ? CallerLimitOptions.OfficerFactor : 1L;
        using (var lease = _writes.AttemptAcquire(caller))
        {
            if (!lease.IsAcquired)
            {
                throw Refused("writes_per_minute", string.Create(CultureInfo.InvariantCulture,
                    $"You may send {factor * _options.WritesPerMinute:N0} requests that write in a minute."), lease);
            }
        }
        using (var lease = _writeBytes.AttemptAcquire(caller, Math.Min(bytes, _options.WriteBytesPerMinute)))
        {
            if (!lease.IsAcquired)
            {
                throw Refused("write_bytes_per_minute", string.Create(CultureInfo.InvariantCulture,
                    $"You may write {factor * _options.WriteBytesPerMinute:N0} bytes in a minute."), lease);
            }
        }
    }

    /// <summary>Runs a call when there is room for it.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // A call that a service makes for its caller already holds a place in that service: waiting for a second one
        // could deadlock.
        if (context.Features.Get<Authentication>() is not { Caller: var caller, Forwarder: null }
            || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method is not { } method)
        {
            await next(context);
            return;
        }
        var isStream = method.Type != MethodType.Unary;
        using var place = await (isStream ? _streams : _calls).AcquireAsync(caller, 1, context.RequestAborted);
        if (!place.IsAcquired)
        {
            throw isStream
                ? Refused("streams", string.Create(CultureInfo.InvariantCulture, $"You have {_options.MaxStreamsPerCaller:N0} streams, or "
                    + $"all callers {_options.MaxStreams:N0}. End one first."), place)
                : Refused("calls", string.Create(CultureInfo.InvariantCulture, $"Too many calls wait, of yours or of all callers. At most "
                    + $"{_options.MaxCallsPerCaller:N0} of yours are worked on at once."), place);
        }
        await next(context);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var limiter in new[] { _calls, _streams, _bytesInFlight, _writes, _writeBytes })
            await limiter.DisposeAsync();
    }

    // The caller's share first: a call that waits for it must not hold a place in the total.
    private static PartitionedRateLimiter<Caller> AtOnce(int all, int each, int queued)
    {
        ConcurrencyLimiterOptions Options(int permits) => new()
        {
            PermitLimit = permits,
            QueueLimit = (int)Math.Min((long)queued * permits, int.MaxValue),
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };
        return PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<Caller, string>(caller => RateLimitPartition.GetConcurrencyLimiter(caller.Subject, _ =>
                Options(each))),
            PartitionedRateLimiter.Create<Caller, int>(_ => RateLimitPartition.GetConcurrencyLimiter(0, _ => Options(all))));
    }

    private static PartitionedRateLimiter<Caller> PerMinute(int amount) =>
        PartitionedRateLimiter.Create<Caller, (string Subject, bool IsOfficer)>(caller => RateLimitPartition.GetTokenBucketLimiter(
            (caller.Subject, IsOfficer: caller.Role is Role.Officer or Role.Operator), key =>
            {
                var limit = (int)Math.Min((key.IsOfficer ? CallerLimitOptions.OfficerFactor : 1L) * amount, int.MaxValue);
                return new TokenBucketRateLimiterOptions
                {
                    TokenLimit = limit,
                    TokensPerPeriod = Math.Max(limit / 60, 1),
                    ReplenishmentPeriod = TimeSpan.FromSeconds(limit < 60 ? 60.0 / limit : 1),
                    QueueLimit = 0,
                };
            }));

    private static ApiException Refused(string limit, string message, RateLimitLease lease) =>
        ApiError.LimitExceeded(limit, $"{message} Try again later.",
            lease.TryGetMetadata(MetadataName.RetryAfter, out var after) && after > TimeSpan.Zero ? after : RetryAfter);
}
