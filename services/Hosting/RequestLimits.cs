using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Platform.Hosting.Errors;
using Platform.Hosting.Identity;

namespace Platform.Hosting;

/// <summary>
/// Bounds what a request may cost before it is parsed: its size by what the method is for, compression (none), and the
/// number of fields, because an empty message of two bytes becomes an object of fifty or more.
/// </summary>
/// <param name="settings">Has the limit of writes.</param>
/// <param name="callers">What each caller may send.</param>
internal sealed class RequestLimits(ListenSettings settings, CallerLimits callers)
{
    /// <summary>Size of the largest request that reads.</summary>
    public const int MaxReadBytes = 64 * 1024;

    /// <summary>Size of the largest request that reads many resources by their names.</summary>
    public const int MaxBatchReadBytes = 256 * 1024;

    /// <summary>How many fields a request may have, those of messages in it included.</summary>
    public const int MaxFields = 10_000;

    // Compressed or not, and the length of the message.
    private const int PrefixLength = 5;

    // A smaller message cannot have many fields.
    private const int UncountedBytes = 4096;

    private readonly ConcurrentDictionary<Endpoint, MethodLimit> _limits = new();

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method is { } method)
        {
            if (context.Request.Headers["grpc-encoding"] is [{ } encoding] && encoding != "identity")
                throw ApiError.EncodingUnsupported();
            // The messages of a stream that the client sends have the limit of the framework, health needs no token.
            if (method.Type is MethodType.Unary or MethodType.ServerStreaming
                && context.Features.Get<Authentication>() is { Caller: var caller, Forwarder: var forwarder })
            {
                var limit = _limits.GetOrAdd(endpoint, static (_, m) => MethodLimit.Of(m), method);
                var body = context.Request.BodyReader;
                var (length, isWhole) = await LengthAsync(body, limit, context.RequestAborted);
                // Small ones are bounded by the number of connections and of streams on each.
                using var room = length <= UncountedBytes ? null : await callers.RoomForAsync(caller, length, context.RequestAborted);
                if (length > UncountedBytes || !isWhole)
                    await CheckFieldsAsync(body, length, limit, context.RequestAborted);
                if (limit.Writes && forwarder is null)
                    callers.CountWrite(caller, length);
                await next(context);
                return;
            }
        }
        await next(context);
    }

    // Looks at the message and leaves it to be read by the framework. One byte less is marked as examined than was seen,
    // so that the framework's first read returns at once.
    private async Task<(int Length, bool IsWhole)> LengthAsync(PipeReader body, MethodLimit limit, CancellationToken cancel)
    {
        var read = await body.ReadAtLeastAsync(PrefixLength, cancel);
        if (read.Buffer.Length < PrefixLength)
            throw ApiError.NotAMessage("The request ends before its message begins.");
        var (isCompressed, length) = PrefixOf(read.Buffer);
        var isWhole = read.Buffer.Length >= PrefixLength + length;
        body.AdvanceTo(read.Buffer.Start, read.Buffer.GetPosition(PrefixLength - 1));
        if (isCompressed)
            throw ApiError.EncodingUnsupported();
        var max = Math.Min(limit.MaxBytes, settings.MaxRequestBytes);
        if (length > max)
        {
            throw ApiError.LimitExceeded("message_size", string.Create(CultureInfo.InvariantCulture, $"The request has {length:N0} "
                + $"bytes; at most {max:N0} are allowed for this method."));
        }
        return ((int)length, isWhole);
    }

    private static async Task CheckFieldsAsync(PipeReader body, int length, MethodLimit limit, CancellationToken cancel)
    {
        var whole = length + PrefixLength;
        var read = await body.ReadAtLeastAsync(whole, cancel);
        if (read.Buffer.Length < whole)
            throw ApiError.NotAMessage("The request ends before the end of its message.");
        var fields = length <= UncountedBytes ? 0 : FieldCount.Of(read.Buffer.Slice(PrefixLength, length), limit.Request, MaxFields);
        body.AdvanceTo(read.Buffer.Start, read.Buffer.GetPosition(whole - 1));
        if (fields > MaxFields)
        {
            throw ApiError.LimitExceeded("message_fields", string.Create(CultureInfo.InvariantCulture, $"The request has more than "
                + $"{MaxFields:N0} fields, those of messages in it included."));
        }
    }

    private static (bool IsCompressed, uint Length) PrefixOf(ReadOnlySequence<byte> buffer)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        return (prefix[0] != 0, BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]));
    }

    private sealed record MethodLimit(MessageDescriptor Request, int MaxBytes, bool Writes)
    {
        // What is written can be retried under a request id; what is read in a batch is named.
        public static MethodLimit Of(IMethod method)
        {
            var requestType = method.GetType().GetGenericArguments()[0];
            var request = (MessageDescriptor)requestType.GetProperty("Descriptor",
                BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
            var writes = request.FindFieldByName("request_id") is not null;
            var max = writes ? int.MaxValue
                : request.FindFieldByName("names") is { IsRepeated: true } ? MaxBatchReadBytes
                : MaxReadBytes;
            return new MethodLimit(request, max, writes);
        }
    }
}

/// <summary>Counts the fields of a message in its binary form, without making any of its objects.</summary>
internal static class FieldCount
{
    // As deep as the parser itself goes.
    private const int MaxDepth = 100;

    /// <summary>The number of fields, those of messages in it included; counting stops above a maximum.</summary>
    /// <param name="message">The message. Where it is malformed, counting stops: the parser refuses it.</param>
    /// <param name="type">Its type.</param>
    /// <param name="max">The maximum.</param>
    public static int Of(ReadOnlySequence<byte> message, MessageDescriptor type, int max)
    {
        if (message.IsSingleSegment)
            return Count(message.FirstSpan, type, max, 0);
        // Rented: arrays of this size are collected late, and at a pause for everybody.
        var copy = ArrayPool<byte>.Shared.Rent((int)message.Length);
        try
        {
            message.CopyTo(copy);
            return Count(copy.AsSpan(0, (int)message.Length), type, max, 0);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private static int Count(ReadOnlySpan<byte> bytes, MessageDescriptor? type, int max, int depth)
    {
        var count = 0;
        while (bytes.Length > 0 && count <= max && TryReadVarint(ref bytes, out var tag))
        {
            count++;
            var length = 0UL;
            switch (WireFormat.GetTagWireType((uint)tag))
            {
                case WireFormat.WireType.Varint when TryReadVarint(ref bytes, out _):
                case WireFormat.WireType.StartGroup:
                case WireFormat.WireType.EndGroup:
                    continue;
                case WireFormat.WireType.Fixed32:
                    length = sizeof(uint);
                    break;
                case WireFormat.WireType.Fixed64:
                    length = sizeof(ulong);
                    break;
                case WireFormat.WireType.LengthDelimited when TryReadVarint(ref bytes, out length):
                    var field = type?.FindFieldByNumber(WireFormat.GetTagFieldNumber((uint)tag));
                    if (length <= (ulong)bytes.Length && field?.FieldType == FieldType.Message && depth < MaxDepth)
                        count += Count(bytes[..(int)length], field.MessageType, max - count, depth + 1);
                    break;
                default:
                    return count;
            }
            if (length > (ulong)bytes.Length)
                return count;
            bytes = bytes[(int)length..];
        }
        return count;
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 127) << (7 * i);
            if (bytes[i] < 128)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }
        return false;
    }
}
