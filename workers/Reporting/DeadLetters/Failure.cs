using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Platform.Reporting.DeadLetters;

/// <summary>A message that could not be handled, or a change of a feed that could not be taken in, with the reason.</summary>
/// <param name="Service">The service whose change it is.</param>
/// <param name="ChangeId">Identifier of the change; of the message where the change cannot be read.</param>
/// <param name="Position">Position in the service's log; 0 where the change cannot be read.</param>
/// <param name="ResourceName">What changed; empty where the change cannot be read.</param>
/// <param name="Reason">Why, one sentence.</param>
/// <param name="Fault">The fault in full.</param>
/// <param name="Body">The message as it arrived.</param>
internal sealed record Failure(string Service, string ChangeId, long Position, string ResourceName, string Reason, string Fault,
    byte[] Body)
{
    /// <summary>A change of a feed.</summary>
    /// <param name="service">The service.</param>
    /// <param name="position">Its position.</param>
    /// <param name="change">The change.</param>
    /// <param name="exception">Why it failed.</param>
    public static Failure Of(string service, long position, IChange change, Exception exception)
    {
        var body = Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(change));
        var changeId = change.Metadata is { ChangeId.Length: > 0 } metadata ? metadata.ChangeId : IdOf(body);
        return new(service, changeId, position, change.Metadata?.ResourceName ?? "", ReasonOf(service, exception), exception.ToString(),
            body);
    }

    /// <summary>A message off the bus; its change is read as far as it can be.</summary>
    /// <param name="service">The service whose queue it was in.</param>
    /// <param name="messageId">Its id; null when it has none.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="exception">Why it failed; null when nothing here consumes messages of its type.</param>
    public static Failure Of(string service, Guid? messageId, byte[] body, Exception? exception)
    {
        var (changeId, position, resourceName) = Read(body);
        // Text longer than a UUID is not one.
        if (changeId.Length is 0 or > 36)
            changeId = messageId?.ToString() ?? IdOf(body);
        return exception is null
            ? new(service, changeId, position, resourceName,
                $"It is not a change of {service}: the worker does not know messages of its type.", "", body)
            : new(service, changeId, position, resourceName, ReasonOf(service, exception), exception.ToString(), body);
    }

    /// <summary>The change that a body holds: a message of the bus, in its envelope, or the change itself; null when
    /// neither can be read.</summary>
    public static TChange? Parse<TChange>(byte[] body) where TChange : class, IChange, IMessage<TChange>, new()
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(true))
                .Parse<TChange>(ChangeOf(document.RootElement).GetRawText());
        }
        catch (Exception e) when (e is JsonException or InvalidJsonException or InvalidProtocolBufferException or FormatException)
        {
            return null;
        }
    }

    // The same message has the same id when it fails again, even where the sender gave none.
    private static string IdOf(byte[] body) => new Guid(SHA256.HashData(body).AsSpan(0, 16)).ToString();

    private static JsonElement ChangeOf(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("message", out var message) ? message : root;

    // Field by field: one that cannot be read is often why the message is here.
    private static (string ChangeId, long Position, string ResourceName) Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var change = ChangeOf(document.RootElement);
            if (change.ValueKind != JsonValueKind.Object || !change.TryGetProperty("metadata", out var metadata)
                || metadata.ValueKind != JsonValueKind.Object)
            {
                return ("", 0, "");
            }
            // In protobuf's JSON form a number of 64 bits is a string.
            return (Text("changeId"), long.TryParse(Text("position"), out var position) && position > 0 ? position : 0,
                Text("resourceName"));

            string Text(string field) => metadata.TryGetProperty(field, out var value) ? value.ToString() : "";
        }
        catch (JsonException)
        {
            return ("", 0, "");
        }
    }

    private static string ReasonOf(string service, Exception exception)
    {
        var root = exception.GetBaseException();
        var reason = root switch
        {
            InvalidDataException => root.Message,
            DbException => $"The database does not take it: {root.Message}",
            _ when exception is System.Runtime.Serialization.SerializationException or JsonException
                || root is JsonException or InvalidJsonException or InvalidProtocolBufferException
                => $"It cannot be read as a change of {service}: {root.Message}",
            _ => $"It could not be handled: {root.Message}",
        };
        reason = reason.ReplaceLineEndings(" ").Trim();
        return reason.Length > 1000 ? $"{reason[..1000]}…" : reason;
    }
}
