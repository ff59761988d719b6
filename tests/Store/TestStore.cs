using System.Data.Common;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Platform.Hosting.ChangeLog;
using Platform.Hosting.Databases;
using Platform.Hosting.Resources;
using Platform.Hosting.Store;
using Platform.Hosting.Versions;
using Platform.Membership.V1;
using Platform.Processes;

namespace Platform.Store.Tests;

/// <summary>A store of its own for one test, on either engine.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    public static readonly ResourceSchema Schema = new ResourceSchema()
        .Add<Participant>("participants/*", p => [new("kind", p.Kind.ToString()), new("iso-code", p.IsoCode)])
        .Add<StandingStep>("participants/*/standingSteps/*", s => [new("body", s.Body)]);

    private readonly string? _directory;
    private readonly string? _databaseName;
    private readonly SqliteDatabase _sqlite;

    private TestStore(DbDataSource database, string? directory, string? databaseName)
    {
        (Database, _directory, _databaseName) = (database, directory, databaseName);
        _sqlite = new SqliteDatabase(database);
        StoreEngine engine = database is NpgsqlDataSource postgres ? new PostgresEngine(postgres) : new SqliteEngine(_sqlite, database);
        Log = database is NpgsqlDataSource source ? new PostgresChangeLog(source) : new SqliteChangeLog(_sqlite);
        var signal = new ChangeSignal();
        Records = new ResourceStore(engine, Log, Schema, signal, Clock);
        Feed = new ChangeFeed(Log, Schema, signal, new ChangeFeedOptions(), Metrics, TimeProvider.System, CancellationToken.None);
        PositionAssigner = new PositionAssigner("test", Log, signal, Metrics, TimeProvider.System, NullLogger<PositionAssigner>.Instance);
    }

    public DbDataSource Database { get; }

    /// <summary>Its change log as another replica has it; on SQLite there is only one.</summary>
    public ChangeLogEngine Replica() => Database is NpgsqlDataSource postgres ? new PostgresChangeLog(postgres) : Log;

    /// <summary>The store as another replica has it; on SQLite there is only one.</summary>
    public ResourceStore ReplicaStore() => Database is NpgsqlDataSource postgres
        ? new ResourceStore(new PostgresEngine(postgres), Replica(), Schema, new ChangeSignal(), Clock)
        : Records;

    public ChangeLogMetrics Metrics { get; } = new(new ServiceCollection().AddMetrics().BuildServiceProvider()
        .GetRequiredService<IMeterFactory>(), TimeProvider.System);

    public ChangeLogEngine Log { get; }

    public ResourceStore Records { get; }

    public ChangeFeed Feed { get; }

    /// <summary>What a process runs beside its store; started by the tests that need it.</summary>
    public PositionAssigner PositionAssigner { get; }

    public SettableClock Clock { get; } = new();

    public static async Task<TestStore> OpenAsync(string engine)
    {
        var settings = new Dictionary<string, string?>();
        string? directory = null, databaseName = null;
        if (engine == "postgresql")
        {
            databaseName = $"store_{Guid.NewGuid():n}";
            await TestServers.CreateDatabaseAsync(databaseName);
            settings["ConnectionStrings:test"] = TestServers.ConnectionTo(databaseName);
        }
        else
        {
            directory = Directory.CreateTempSubdirectory("store-").FullName;
            settings["Data:Directory"] = directory;
        }
        var database = Hosting.Databases.Database.Open(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), "test");
        await new SchemaMigrations(database, "test", typeof(ResourceStore).Assembly).MigrateAsync(CancellationToken.None);
        return new TestStore(database, directory, databaseName);
    }

    public async ValueTask DisposeAsync()
    {
        await PositionAssigner.StopAsync(CancellationToken.None);
        PositionAssigner.Dispose();
        Metrics.Dispose();
        (Log as IDisposable)?.Dispose();
        _sqlite.Dispose();
        await Database.DisposeAsync();
        if (_directory is not null)
            Directory.Delete(_directory, recursive: true);
        if (_databaseName is not null)
            await TestServers.DropDatabaseAsync(_databaseName);
    }

    public Task<Participant> CreateAsync(string id, string requestId = "") =>
        Records.CreateAsync(Of(id), Request(requestId, id), CancellationToken.None);

    public Task<StandingStep> CreateStepAsync(string name, string body, string decidedBy = "") =>
        Records.CreateAsync(new StandingStep { Name = name, Body = body, DecidingBody = decidedBy, EffectiveDate = "2013-03-05" },
            Request("", name), CancellationToken.None);

    /// <summary>Why there is a new version: the world changed on a day, or, when that is empty, the record was wrong.</summary>
    public static ChangeBasis? Basis(IResource resource, string changeDate = "") =>
        changeDate.Length > 0 ? ChangeBasis.On(changeDate) : ChangeBasis.Correcting(resource.Version, "It was recorded wrongly.");

    public static Participant Of(string id) => new()
    {
        Name = $"participants/{id}",
        EffectiveDate = "2013-03-05",
        Kind = ParticipantKind.State,
        IsoCode = id.ToUpperInvariant(),
    };

    public static WriteRequest Request(string id = "", string content = "", string actor = "officer-1") =>
        new(new CreateParticipantRequest { Participant = Of(content.Length == 0 ? "xxx" : content), RequestId = id }, id, actor);
}

/// <summary>A clock that tests set; it moves on by a millisecond each time it is read.</summary>
internal sealed class SettableClock : TimeProvider
{
    private DateTimeOffset _now = new(2022, 12, 7, 9, 0, 0, TimeSpan.Zero);
    private (int Others, Action<DateTimeOffset> Call)? _whenRead;

    public DateTimeOffset Now
    {
        get => _now;
        set => _now = value;
    }

    /// <summary>Calls back once, at the read after so many others, with the moment that is read and before the reader has it.</summary>
    public void WhenRead(int afterOthers, Action<DateTimeOffset> call) => _whenRead = (afterOthers, call);

    public override DateTimeOffset GetUtcNow()
    {
        DateTimeOffset now;
        lock (this)
            now = _now += TimeSpan.FromMilliseconds(1);
        if (_whenRead is not { } hook)
            return now;
        _whenRead = hook.Others > 0 ? (hook.Others - 1, hook.Call) : null;
        if (_whenRead is null)
            hook.Call(now);
        return now;
    }
}
