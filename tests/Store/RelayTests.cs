using System.Diagnostics.Metrics;
using System.Text;
using Google.Protobuf;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Messaging;
using Platform.Hosting.Versions;
using Platform.Membership.V1;
using Platform.Processes;
using RabbitMQ.Client;

namespace Platform.Store.Tests;

/// <summary>What is in the log comes to RabbitMQ, in a queue, in the order of each resource.</summary>
public sealed class RelayTests
{
    private const string Exchange = "Platform.Membership.V1:Change";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Relay_NoQueueReceivesTheChanges_WaitsUntilOneDoes()
    {
        await using var store = await TestStore.OpenAsync("postgresql");
        await using var broker = await Broker.StartAsync();
        using var failures = new Count("platform.relay.failures");
        var before = failures.Value;
        await using var relay = await broker.RelayAsync(store);
        var created = await store.CreateAsync("idn");
        await store.Log.AssignPositionsAsync(Cancel);

        await Eventually.IsTrueAsync(() => Task.FromResult(failures.Value > before));
        Assert.Equal(0, (await store.Log.StatusAsync(Cancel)).RelayPosition);

        await broker.BindAsync("later");
        await Eventually.IsTrueAsync(async () => (await store.Log.StatusAsync(Cancel)).RelayPosition == 1);
        Assert.Equal(created.Name, Assert.Single((await broker.TakeAsync("later"))
            .DistinctBy(c => c.Metadata.ChangeId)).Metadata.ResourceName);
    }

    [Fact]
    public async Task Relay_ManyChangesOfFewResources_KeepsTheOrderOfEach()
    {
        const int Changes = 150;
        await using var store = await TestStore.OpenAsync("postgresql");
        await using var broker = await Broker.StartAsync();
        await broker.DeclareAsync();
        await broker.BindAsync("all");
        string[] ids = ["idn", "aus", "tha"];
        foreach (var id in ids)
            await store.CreateAsync(id);
        for (var i = 1; i < Changes; i++)
        {
            await store.Records.ChangeAsync<Participant>($"participants/{ids[i * i % 3]}", "", TestStore.Request(),
                p => ChangeBasis.On(p.EffectiveDate),
                Cancel);
        }
        var latest = await store.Records.LatestPositionAsync(Cancel);
        await using var relay = await broker.RelayAsync(store);

        await Eventually.IsTrueAsync(async () => (await store.Log.StatusAsync(Cancel)).RelayPosition == latest);
        var taken = await broker.TakeAsync("all");

        Assert.Equal(latest, taken.Select(c => c.Metadata.Position).Distinct().Count());
        Assert.All(taken.GroupBy(c => c.Metadata.ResourceName),
            of => Assert.Equal(Enumerable.Range(1, of.Count()).Select(i => (long)i), of.Select(c => c.Metadata.ResourceVersion)));
    }

    /// <summary>A virtual host of its own on the real broker, a bus as the services have it, and a client beside it.</summary>
    private sealed class Broker : IAsyncDisposable
    {
        private readonly string _name = $"relay-{Guid.NewGuid():n}";
        private IHost? _host;
        private IConnection? _connection;
        private IChannel? _channel;

        private IChannel Channel => _channel!;

        public static async Task<Broker> StartAsync()
        {
            var broker = new Broker();
            await TestServers.CreateVirtualHostAsync(broker._name);
            var address = TestServers.VirtualHost(broker._name);
            var builder = Host.CreateApplicationBuilder();
            builder.Configuration["RabbitMq:Uri"] = address.AbsoluteUri;
            builder.AddBus();
            broker._host = builder.Build();
            await broker._host.StartAsync(Cancel);
            broker._connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(Cancel);
            broker._channel = await broker._connection.CreateChannelAsync(cancellationToken: Cancel);
            return broker;
        }

        public async Task<IAsyncDisposable> RelayAsync(TestStore store)
        {
            var relay = new Relay<Change>("test", store.Log, new ChangeEvents<Change>(TestStore.Schema), new ChangeSignal(), store.Metrics,
                _host!.Services.GetRequiredService<IBus>(), TimeProvider.System, NullLogger<Relay<Change>>.Instance);
            await relay.StartAsync(Cancel);
            return new Stopping(relay);
        }

        public Task DeclareAsync() => Channel.ExchangeDeclareAsync(Exchange, ExchangeType.Fanout, durable: true, cancellationToken: Cancel);

        public async Task BindAsync(string queue)
        {
            await Channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancel);
            await Channel.QueueBindAsync(queue, Exchange, "", cancellationToken: Cancel);
        }

        public async Task<List<Change>> TakeAsync(string queue)
        {
            var changes = new List<Change>();
            while (await Channel.BasicGetAsync(queue, autoAck: true, Cancel) is { } message)
            {
                using var json = System.Text.Json.JsonDocument.Parse(Encoding.UTF8.GetString(message.Body.Span));
                changes.Add(JsonParser.Default.Parse<Change>(json.RootElement.GetProperty("message").GetRawText()));
            }
            return changes;
        }

        public async ValueTask DisposeAsync()
        {
            if (_channel is not null)
                await _channel.DisposeAsync();
            if (_connection is not null)
                await _connection.DisposeAsync();
            if (_host is not null)
                await _host.StopAsync(CancellationToken.None);
            _host?.Dispose();
            await TestServers.DeleteVirtualHostAsync(_name);
        }

        private sealed class Stopping(BackgroundService service) : IAsyncDisposable
        {
            public async ValueTask DisposeAsync()
            {
                await service.StopAsync(CancellationToken.None);
                service.Dispose();
            }
        }
    }

    /// <summary>Counts with an instrument of the platform.</summary>
    private sealed class Count : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _value;

        public Count(string instrument)
        {
            _listener.InstrumentPublished = (published, listener) =>
            {
                if (published.Name == instrument && published.Meter.Name == ChangeLogMetrics.MeterName)
                    listener.EnableMeasurementEvents(published);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => _value += value);
            _listener.Start();
        }

        public long Value
        {
            get
            {
                _value = 0;
                _listener.RecordObservableInstruments();
                return _value;
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
