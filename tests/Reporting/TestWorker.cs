using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MassTransit;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Hosting.Databases;
using Platform.Hosting.Identity;
using Platform.Hosting.Messaging;
using Platform.Hosting.Operations;
using Platform.Processes;
using Platform.Reporting.Building;
using Platform.Reporting.Consumers;
using Platform.Reporting.Databases;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.Delivery;
using Platform.Reporting.History;
using Platform.Reporting.Reports;
using Platform.Reporting.Rpcs;
using Platform.Reporting.Schedules;

namespace Platform.Reporting.Tests;

/// <summary>The databases of a worker for one test, on either engine.</summary>
internal sealed class TestDatabases : IAsyncDisposable
{
    private static readonly DatabaseTemplates Migrated = new(["reporting"], connections => ReportingModule.MigrateAsync(
        ConfigurationOf(new() { ["ConnectionStrings:reporting"] = connections["reporting"] }), acceptNewer: false, CancellationToken.None));

    private readonly string? _directory;

    private TestDatabases(IConfiguration configuration, string? directory, string? databaseName) =>
        (Configuration, _directory, Name) = (configuration, directory, databaseName);

    public IConfiguration Configuration { get; }

    /// <summary>The PostgreSQL database; null on SQLite.</summary>
    public string? Name { get; }

    public static async Task<TestDatabases> CreateAsync(string engine)
    {
        var settings = new Dictionary<string, string?>();
        string? directory = null, databaseName = null;
        if (engine == "postgresql")
        {
            databaseName = $"reporting_{Guid.NewGuid():n}";
            await Migrated.CopyAsync("reporting", databaseName);
            settings["ConnectionStrings:reporting"] = TestServers.ConnectionTo(databaseName);
        }
        else
        {
            directory = Directory.CreateTempSubdirectory("reporting-").FullName;
            settings["Data:Directory"] = directory;
        }
        var configuration = ConfigurationOf(settings);
        if (directory is not null)
            await ReportingModule.MigrateAsync(configuration, acceptNewer: false, CancellationToken.None);
        return new TestDatabases(configuration, directory, databaseName);
    }

    public async ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        if (_directory is not null)
            Directory.Delete(_directory, recursive: true);
        if (Name is not null)
            await TestServers.DropDatabaseAsync(Name);
    }

    private static IConfiguration ConfigurationOf(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
}

/// <summary>A worker with the feeds of a test, without a process around it. Several may share databases.</summary>
internal sealed class TestWorker : IAsyncDisposable
{
    private readonly DbDataSource _main;
    private readonly DbDataSource _projection;
    private readonly WorkerDatabase _mainDatabase;
    private readonly Dictionary<string, (CatchUp CatchUp, CatchUp.Observation Last)> _catchUps;
    private readonly TestLifetime _lifetime = new();
    private readonly ServiceProvider _measuring = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ReportingMetrics _metrics;
    private Scheduler? _scheduler;
    private long _meetingsPosition;

    public TestWorker(TestDatabases databases, int projection = Projection.Number, params TestLog[] logs)
    {
        Configuration = databases.Configuration;
        _metrics = new ReportingMetrics(_measuring.GetRequiredService<IMeterFactory>());
        _main = Database.Open(Configuration, PlatformServices.Reporting.Name);
        _projection = Projection.Open(Configuration, projection);
        _mainDatabase = new WorkerDatabase(_main);
        Digests = new WorkerDigests(_projection);
        ProjectionDatabase = new WorkerDatabase(_projection);
        History = new HistoryStore(ProjectionDatabase);
        DeadLetters = new DeadLetterStore(_mainDatabase, TimeProvider.System);
        Reports = new ReportStore(_mainDatabase, TimeProvider.System);
        Writer = new HistoryWriter(History, _lifetime, TimeProvider.System, NullLogger<HistoryWriter>.Instance);
        Logs = [.. logs.Select(l => new ConsumerCursor(l.Feed, History, DeadLetters))];
        CatchUpBarrier = new CatchUpBarrier(Logs, History, TimeProvider.System, NullLogger<CatchUpBarrier>.Instance);
        _catchUps = Logs.ToDictionary(l => l.Service,
            l => (new CatchUp(l, History, Writer, DeadLetters, _metrics, new ProcessFaults(), _lifetime, new HurriedTime(),
                NullLogger<CatchUp>.Instance), CatchUp.Observation.First));
    }

    public IConfiguration Configuration { get; }

    public WorkerDigests Digests { get; }

    public WorkerDatabase ProjectionDatabase { get; }

    public HistoryStore History { get; }

    public DeadLetterStore DeadLetters { get; }

    public ReportStore Reports { get; }

    public HistoryWriter Writer { get; }

    public IReadOnlyList<ConsumerCursor> Logs { get; }

    public CatchUpBarrier CatchUpBarrier { get; }

    public ReportSignal Signal { get; } = new();

    public ScheduleStore Schedules => new(_mainDatabase);

    /// <summary>What has the reports of schedules built, by the clock of the test.</summary>
    public Scheduler Scheduler => _scheduler ??=
        new(Schedules, new ReportStore(_mainDatabase, Clock), History, Delivery, Signal, Clock,
            NullLogger<Scheduler>.Instance);

    /// <summary>Where the reports of schedules may go.</summary>
    public DeliveryOptions DeliveryOptions { get; init; } = new();

    public ReportDelivery Delivery => new(Microsoft.Extensions.Options.Options.Create(DeliveryOptions));

    /// <summary>The clock of its schedules.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Its reports as a worker has them that is set up otherwise.</summary>
    public ReportStore ReportsWith(ReportsOptions options, TimeProvider clock) => new(_mainDatabase, clock, options);

    /// <summary>What builds the reports of this worker.</summary>
    public ReportBuilder Builder() =>
        new(Reports, new ReportContents(Reports, History), CatchUpBarrier, Logs, Signal, _metrics, TimeProvider.System,
            NullLogger<ReportBuilder>.Instance);

    /// <summary>Takes a version of a meeting or document in, as the next change of the meetings' log.</summary>
    public Task AddAsync(ResourceVersion version)
    {
        var change = new Meetings.V1.Change
        {
            Metadata = new()
            {
                Position = ++_meetingsPosition,
                ChangeId = Guid.NewGuid().ToString(),
                ResourceName = version.ResourceName,
                ResourceType = version.ResourceType,
                ResourceVersion = version.Version,
                Kind = version.Kind,
                EffectiveDate = version.EffectiveDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                Current = true,
                LogId = "log-1",
                RecordTime = Timestamp.FromDateTimeOffset(version.RecordTime),
            },
        };
        if (version.Record is Meetings.V1.Meeting meeting)
            change.Meeting = meeting;
        else
            change.Document = (Meetings.V1.Document)version.Record;
        return History.AddAsync([ConsumedChange.Of("meetings", change)], CancellationToken.None);
    }

    /// <summary>What the worker does before its bus is started.</summary>
    public Task StartingAsync() => Task.WhenAll(_catchUps.Values.Select(c => c.CatchUp.StartingAsync(CancellationToken.None)));

    /// <summary>What the worker does every second, for each of its services.</summary>
    public async Task LookAsync()
    {
        foreach (var (service, (catchUp, last)) in _catchUps.ToList())
            _catchUps[service] = (catchUp, await catchUp.PollAsync(last, TestContext.Current.CancellationToken));
    }

    /// <summary>The rows of a table of the projection, in one order.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string table)
    {
        var rows = await ProjectionDatabase.QueryAsync($"select * from {table}",
            row => string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => row.GetValue(i) switch
        {
            byte[] bytes => Convert.ToHexString(bytes),
            bool truth => truth ? "1" : "0",
            var value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
        })), CancellationToken.None);
        return [.. rows.Order(StringComparer.Ordinal)];
    }

    /// <summary>The positions of a service that are in the projection.</summary>
    public async Task<IEnumerable<long>> PositionsAsync(string service) =>
        (await History.PositionsAsync(service, 1, long.MaxValue, CancellationToken.None)).Order();

    /// <summary>Begins to stop: nothing is waited for any more.</summary>
    public void Stop() => _lifetime.StopApplication();

    public async ValueTask DisposeAsync()
    {
        Stop();
        await Writer.DisposeAsync();
        foreach (var (catchUp, _) in _catchUps.Values)
            catchUp.Dispose();
        _scheduler?.Dispose();
        _metrics.Dispose();
        await _measuring.DisposeAsync();
        Signal.Dispose();
        ProjectionDatabase.Dispose();
        _mainDatabase.Dispose();
        await _main.DisposeAsync();
        await _projection.DisposeAsync();
        _lifetime.Dispose();
    }
}

/// <summary>A clock whose timers end a hundred times sooner: what waits for something long does so in a test too.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private const int Hurry = 100;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(base.CreateTimer(callback, state, Sooner(dueTime), Sooner(period)));

    private static TimeSpan Sooner(TimeSpan time) => time > TimeSpan.Zero ? time / Hurry : time;

    private sealed class Timer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Sooner(dueTime), Sooner(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}

/// <summary>The bus of a worker: in memory, or RabbitMQ with a virtual host of its own.</summary>
internal sealed class TestBus : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly string? _virtualHost;

    private TestBus(IHost host, string? virtualHost) => (_host, _virtualHost) = (host, virtualHost);

    public IBus Bus => _host.Services.GetRequiredService<IBus>();

    public static async Task<TestBus> StartAsync(bool rabbitMq, TestWorker worker)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        string? virtualHost = null;
        builder.Configuration["RabbitMq:InMemory"] = rabbitMq ? "false" : "true";
        if (rabbitMq)
        {
            virtualHost = $"reporting_{Guid.NewGuid():n}";
            await TestServers.CreateVirtualHostAsync(virtualHost);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["RabbitMq:Uri"] = TestServers.VirtualHost(virtualHost).AbsoluteUri,
                ["RabbitMq:AllowCleartext"] = "true",
            });
        }
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(worker.Writer);
        builder.Services.AddSingleton(worker.DeadLetters);
        builder.AddBus(ReportingModule.AddConsumers);
        // What is sent before the queue is there reaches nobody.
        builder.Services.Configure<MassTransitHostOptions>(o => o.WaitUntilStarted = true);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new TestBus(host, virtualHost);
    }

    /// <summary>The RPCs of a worker on this bus.</summary>
    public ReportingRpcs Rpcs(TestWorker worker) =>
        new(worker.Digests, worker.Reports, new ReportContents(worker.Reports, worker.History), worker.History,
            worker.Schedules, worker.Scheduler, worker.Delivery, worker.DeadLetters, worker.Logs, worker.Signal, Bus,
            worker.Clock);

    /// <summary>Publishes a change as a service's relay does.</summary>
    public Task PublishAsync(IChange change) =>
        Bus.Publish((object)change, change.GetType(), Pipe.Execute<PublishContext>(c => c.MessageId = Guid.Parse(change.Metadata.ChangeId)),
            TestContext.Current.CancellationToken);

    /// <summary>Sends bytes to a service's queue.</summary>
    public async Task SendAsync(string service, byte[] body, Guid messageId)
    {
        var queue = await Bus.GetSendEndpoint(new Uri($"exchange:{Queues.Of(service)}"));
        await queue.Send(new Membership.V1.Change(),
            Pipe.Execute<SendContext>(c => (c.Serializer, c.MessageId) = (new Bytes(body), messageId)),
            TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        if (_virtualHost is not null)
            await TestServers.DeleteVirtualHostAsync(_virtualHost);
    }

    private sealed class Bytes(byte[] body) : IMessageSerializer
    {
        public System.Net.Mime.ContentType ContentType { get; } = new("application/vnd.masstransit+json");

        public MessageBody GetMessageBody<T>(SendContext<T> context) where T : class => new BytesMessageBody(body);
    }
}

/// <summary>The lifetime of a process that is only a test.</summary>
internal sealed class TestLifetime : IHostApplicationLifetime, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    public CancellationToken ApplicationStarted => new(canceled: true);

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => _stopping.Token;

    public void StopApplication() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();
}

/// <summary>The call of an operator.</summary>
internal sealed class OperatorCall() : TestCall(new Caller("operator-1", Role.Operator));

/// <summary>The call of an officer.</summary>
internal sealed class OfficerCall() : TestCall(new Caller("officer-1", Role.Officer));

/// <summary>A call without a server.</summary>
internal abstract class TestCall : ServerCallContext
{
    protected TestCall(Caller caller)
    {
        var http = new DefaultHttpContext();
        http.Features.Set(new Authentication(caller, DateTimeOffset.MaxValue));
        // Where GetHttpContext looks for it.
        UserState["__HttpContext"] = http;
    }

    protected override string MethodCore => "test";

    protected override string HostCore => "";

    protected override string PeerCore => "";

    protected override DateTime DeadlineCore => DateTime.MaxValue;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => TestContext.Current.CancellationToken;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
