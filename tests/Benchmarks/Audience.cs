using RabbitMQ.Client;

namespace Platform.Benchmarks;

/// <summary>
/// Somebody who receives the changes, as the reporting worker does in production: what no queue receives is not
/// published, and waits. The queues keep the newest few, so that they do not grow.
/// </summary>
internal static class Audience
{
    private const int Kept = 1000;

    public static async Task DeclareAsync(Uri broker, CancellationToken cancel)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync(cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        foreach (var change in new[] { Membership.V1.Change.Descriptor, Meetings.V1.Change.Descriptor, Commitments.V1.Change.Descriptor })
        {
            // Platform.Meetings.V1:Change, as the bus names it.
            var exchange = $"{change.ClrType.Namespace}:{change.Name}";
            await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancel);
            await channel.QueueDeclareAsync(change.FullName, durable: true, exclusive: false, autoDelete: false,
                new Dictionary<string, object?> { ["x-max-length"] = Kept }, cancellationToken: cancel);
            await channel.QueueBindAsync(change.FullName, exchange, "", cancellationToken: cancel);
        }
    }
}
