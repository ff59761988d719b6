using System.Buffers;
using System.Text;
using Grpc.Core.Utils;

namespace Grpc.Core;

/// <summary>Takes the bytes of one message on their way out.</summary>
public abstract class SerializationContext
{
    /// <summary>Ends the message with these bytes.</summary>
    public virtual void Complete(byte[] payload) => throw new NotSupportedException();

    /// <summary>Tells the length of the message before it is written.</summary>
    public virtual void SetPayloadLength(int payloadLength)
    {
    }

    /// <summary>A writer for the message; <see cref="Complete()"/> ends it.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotSupportedException();

    /// <summary>Ends the message that went into the writer.</summary>
    public virtual void Complete() => throw new NotSupportedException();
}

/// <summary>Gives the bytes of one message that came in.</summary>
public abstract class DeserializationContext
{
    /// <summary>The length of the message.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The message as an array of its own.</summary>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotSupportedException();

    /// <summary>The message as buffers that are valid only until the marshaller returns.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotSupportedException();
}

/// <summary>Turns messages into bytes and back. Give it either the plain or the contextual pair; the other follows.</summary>
/// <typeparam name="T">The message.</typeparam>
public class Marshaller<T>
{
    /// <summary>Makes a marshaller from functions on arrays.</summary>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        Serializer = GrpcPreconditions.CheckNotNull(serializer);
        Deserializer = GrpcPreconditions.CheckNotNull(deserializer);
        ContextualSerializer = (message, context) => context.Complete(Serializer(message));
        ContextualDeserializer = context => Deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>Makes a marshaller from functions on buffers.</summary>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ContextualSerializer = GrpcPreconditions.CheckNotNull(serializer);
        ContextualDeserializer = GrpcPreconditions.CheckNotNull(deserializer);
        Serializer = message =>
        {
            var context = new ArraySerializationContext();
            ContextualSerializer(message, context);
            return context.GetPayload();
        };
        Deserializer = payload => ContextualDeserializer(new ArrayDeserializationContext(payload));
    }

    /// <summary>Message to array.</summary>
    public Func<T, byte[]> Serializer { get; }

    /// <summary>Array to message.</summary>
    public Func<byte[], T> Deserializer { get; }

    /// <summary>Message to buffers.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>Buffers to message.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}

/// <summary>Makes marshallers.</summary>
public static class Marshallers
{
    /// <summary>Makes a marshaller from functions on arrays.</summary>
    public static Marshaller<T> Create<T>(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
        => new(serializer, deserializer);

    /// <summary>Makes a marshaller from functions on buffers.</summary>
    public static Marshaller<T> Create<T>(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
        => new(serializer, deserializer);

    /// <summary>Strings as UTF-8.</summary>
    public static Marshaller<string> StringMarshaller { get; } = new(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);
}

internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;

    public override void Complete(byte[] payload)
    {
        CheckOpen();
        _payload = GrpcPreconditions.CheckNotNull(payload);
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        CheckOpen();
        return _writer ??= new ArrayBufferWriter<byte>();
    }

    public override void Complete()
    {
        CheckOpen();
        _payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();
    }

    public byte[] GetPayload()
        => _payload ?? throw new InvalidOperationException("The serializer did not complete the message.");

    private void CheckOpen() => GrpcPreconditions.CheckState(_payload is null, "The message is complete.");
}

internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => payload;

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
