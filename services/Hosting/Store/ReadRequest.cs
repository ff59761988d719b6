using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Platform.Hosting.Identity;
using Platform.Hosting.Versions;

namespace Platform.Hosting.Store;

/// <summary>As of which day, as known at which moment and for which caller to read.</summary>
/// <param name="Time">The two clocks.</param>
/// <param name="Viewer">What the caller may see.</param>
/// <param name="Mask">The fields that are wanted; null or empty for all.</param>
public readonly record struct ReadRequest(BitemporalPoint Time, Viewer Viewer, FieldMask? Mask = null)
{
    /// <summary>The record as it is now, for the platform's own rules.</summary>
    public static ReadRequest Now { get; } = new(default, Viewer.Platform);
}

/// <summary>Makes the <see cref="ReadRequest"/> of a call.</summary>
public static class ReadRequestOfCall
{
    // In the trailers, so that an answer need not wait for its headers.
    private const string KnownAtTrailer = "known-at";

    /// <summary>Reads the fields that every read has, and tells the caller the moment as known at which it is answered.</summary>
    public static ReadRequest ToReadRequest(this ServerCallContext context, string asOf, Timestamp? knownAt, FieldMask? mask = null)
    {
        var time = BitemporalPoint.From(asOf, knownAt);
        var moment = time.KnownAt ?? context.GetHttpContext().RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        context.ResponseTrailers.Add(KnownAtTrailer, moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'",
            CultureInfo.InvariantCulture));
        return new ReadRequest(time, context.Viewer(), mask);
    }
}
