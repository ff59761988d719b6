using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Platform.Faults;

/// <summary>
/// A queue of its own on the exchanges of the change events: sees what is on the bus, and puts old messages into the
/// worker's queues again.
/// </summary>
internal sealed class Tap(Servers servers) : IAsyncDisposable
{
    private const string Queue = "faults-tap";
    private const int MaxKept = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, bool> _seen = new();
    private readonly Lock _lock = new();
    private readonly List<(string Service, BasicProperties Properties, byte[] Body)> _kept = [];
    private IConnection? _connection;
    private IChannel? _channel;
    private int _received;

    /// <summary>Every change that was on the bus.</summary>
    public IEnumerable<Guid> Seen => _seen.Keys;

    /// <summary>True when a change was on the bus.</summary>
    public bool HasSeen(Guid changeId) => _seen.ContainsKey(changeId);

    /// <summary>Connects, with everything declared that a broker without data lacks.</summary>
    public async Task ConnectAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await DisposeAsync();
                var factory = new ConnectionFactory { Uri = servers.Broker(servers.BrokerPort), AutomaticRecoveryEnabled = false };
                _connection = await factory.CreateConnectionAsync(deadline.Token);
                _channel = await _connection.CreateChannelAsync(cancellationToken: deadline.Token);
                await _channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false,
                    cancellationToken: deadline.Token);
                foreach (var service in Cluster.Services)
                {
                    await _channel.ExchangeDeclareAsync(ExchangeOf(service), ExchangeType.Fanout, durable: true, autoDelete: false,
                        cancellationToken: deadline.Token);
                    await _channel.QueueBindAsync(Queue, ExchangeOf(service), "", cancellationToken: deadline.Token);
                }
                await _channel.BasicQosAsync(0, 200, global: false, deadline.Token);
                var consumer = new AsyncEventingBasicConsumer(_channel);
                consumer.ReceivedAsync += ReceiveAsync;
                await _channel.BasicConsumeAsync(Queue, autoAck: false, consumer, deadline.Token);
                return;
            }
            catch (Exception e) when (IsAway(e) && !deadline.IsCancellationRequested)
            {
                // A broker that starts tells nobody when it takes connections.
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    /// <summary>Puts messages that are in memory into the worker's queues again, one to three times each, shuffled.</summary>
    /// <returns>How many were put.</returns>
    public async Task<int> RedeliverAsync(Random random)
    {
        List<(string Service, BasicProperties Properties, byte[] Body)> chosen = [];
        lock (_lock)
            chosen.AddRange(_kept.SelectMany(m => Enumerable.Repeat(m, random.Next(1, 4))));
        var messages = chosen.ToArray();
        random.Shuffle(messages);
        var sent = 0;
        try
        {
            foreach (var (service, properties, body) in messages)
            {
                await _channel!.BasicPublishAsync("", $"reporting-{service}", mandatory: false, properties, body);
                sent++;
            }
        }
        catch (Exception e) when (IsAway(e))
        {
            // The broker went away; what was put is enough.
        }
        return sent;
    }

    /// <summary>How many messages of a service the workers gave up: those in the error queue.</summary>
    public async Task<uint> PositionsAsync(string service)
    {
        // A channel of its own: to ask for a queue that does not exist closes it.
        await using var channel = await _connection!.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync($"reporting-{service}_error")).MessageCount;
        }
        catch (OperationInterruptedException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_channel is not null)
            await _channel.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
        (_channel, _connection) = (null, null);
    }

    private static string ExchangeOf(string service) => $"Platform.{char.ToUpperInvariant(service[0])}{service[1..]}.V1:Change";

    private static bool IsAway(Exception e) =>
        e is BrokerUnreachableException or OperationInterruptedException or IOException or System.Net.Sockets.SocketException
            or ObjectDisposedException or TimeoutException;

    private async Task ReceiveAsync(object sender, BasicDeliverEventArgs delivery)
    {
        var body = delivery.Body.ToArray();
        using (var envelope = JsonDocument.Parse(body))
            _seen.TryAdd(envelope.RootElement.GetProperty("message").GetProperty("metadata").GetProperty("changeId").GetGuid(), true);
        var service = delivery.Exchange.Split('.')[1].ToLowerInvariant();
        lock (_lock)
        {
            var message = (service, new BasicProperties(delivery.BasicProperties), body);
            if (_kept.Count < MaxKept)
                _kept.Add(message);
            else
                _kept[_received % MaxKept] = message;
        }
        Interlocked.Increment(ref _received);
        try
        {
            await ((AsyncEventingBasicConsumer)sender).Channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        }
        catch (Exception e) when (IsAway(e))
        {
            // It comes again.
        }
    }
}
