using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Data.Sqlite;
using Npgsql;
using Platform.Commands;
using Platform.Hosting.Identity;
using Platform.Meetings.V1;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>
/// A platform of a test's own, for tests that also reach into its databases: one process with SQLite and a bus in memory
/// (<c>sqlite</c>) or with PostgreSQL and RabbitMQ (<c>postgresql</c>), or a process for each service and the worker.
/// </summary>
internal sealed class ServedPlatform : IAsyncDisposable
{
    /// <summary>The worker's tables that the change feeds fill.</summary>
    public const string Projection = "reporting.projection_4";

    private readonly PlatformProcess? _one;
    // Its databases and virtual host, and its processes where there is not one.
    private readonly DistributedPlatform? _distributed;
    // Where one process tells its metrics.
    private readonly string _health;
    private readonly List<GrpcChannel> _channels = [];

    private ServedPlatform(PlatformProcess? one, DistributedPlatform? distributed, string health) =>
        (_one, _distributed, _health) = (one, distributed, health);

    /// <summary>Options with which a command reaches it.</summary>
    public string[] Connection => _one?.Connection ?? _distributed!.Connection;

    /// <summary>The folder with its signing key.</summary>
    public string Folder => _one?.Folder ?? _distributed!.Folder;

    /// <summary>The virtual host of its broker; null for the bus in memory.</summary>
    public Uri? VirtualHost => _distributed?.VirtualHost;

    /// <summary>Starts one process. What differs between processes is for <see cref="StartDistributedAsync"/>, at the price of
    /// starting four.</summary>
    public static async Task<ServedPlatform> StartAsync(string engine)
    {
        var health = $"http://127.0.0.1:{LoopbackPorts.Free()}";
        if (engine == "sqlite")
        {
            return new ServedPlatform(await PlatformProcess.StartAsync(settings:
                new Dictionary<string, string> { ["Health:Address"] = health }), null, health);
        }
        var databases = await DistributedPlatform.PrepareAsync();
        return new ServedPlatform(await databases.StartInOneProcessAsync(("Health:Address", health)), databases, health);
    }

    /// <summary>Starts a process for each service and the worker, on PostgreSQL and RabbitMQ.</summary>
    public static async Task<ServedPlatform> StartDistributedAsync() => new(null, await DistributedPlatform.StartAsync(), "");

    /// <summary>Gets the address of a service.</summary>
    public string Address(string service) => _one?.Address ?? _distributed!.Address(service);

    /// <summary>A channel to a service.</summary>
    public GrpcChannel Channel(string service)
    {
        var channel = GrpcChannel.ForAddress(Address(service));
        _channels.Add(channel);
        return channel;
    }

    /// <summary>The header of a call.</summary>
    public Metadata HeaderOf(Role role) => PlatformProcess.HeaderOf(Folder, role);

    /// <summary>A token in place of the one that a command would issue.</summary>
    public string[] ConnectionAs(Role role) =>
        [.. Connection.TakeWhile(o => o != "--data"), "--token", HeaderOf(role)[0].Value["Bearer ".Length..]];

    /// <summary>Runs the program on it.</summary>
    public Task<CommandResult> RunAsync(params string[] arguments) => PlatformCommand.RunAsync([.. arguments, .. Connection]);

    /// <summary>Imports entries.</summary>
    public async Task ImportAsync(string entries)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, $"record-{Guid.NewGuid():n}")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "entries.yaml"), entries);
        await ImportFolderAsync(folder);
    }

    /// <summary>Imports a folder.</summary>
    public async Task ImportFolderAsync(string folder) => (await RunAsync("import", folder)).Succeeded();

    /// <summary>Gives a meeting another title.</summary>
    public async Task RenameAsync(string meeting, string title)
    {
        var meetings = new MeetingsService.MeetingsServiceClient(Channel("meetings"));
        var recorded = (await meetings.GetMeetingAsync(new() { Name = meeting }, HeaderOf(Role.Officer))).Meeting;
        await meetings.UpdateMeetingAsync(new()
        {
            Meeting = new() { Name = meeting, Title = title },
            UpdateMask = new() { Paths = { "title" } },
            Correction = new() { Version = recorded.Version, Reason = "The title was misspelt." },
        }, HeaderOf(Role.Officer));
    }

    /// <summary>
    /// Waits until the worker of one process is done with what was recorded: a change that it had from the bus may be fetched from the
    /// feed too, or the other way round, and what comes later mends what a test alters.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="changes">How many changes it published.</param>
    public async Task WaitForWorkerAsync(string service, int changes)
    {
        using var client = new HttpClient();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await Eventually.IsTrueAsync(async () =>
        {
            var metrics = await client.GetStringAsync($"{_health}/metrics");
            // When it looks at a log again, it has fetched what it missed before.
            return ValueOf(metrics, "messaging_masstransit_consume_duration_milliseconds_count", $"reporting-{service}") >= changes
                && ValueOf(metrics, "platform_worker_looked_seconds", service) > now;
        });

        static double ValueOf(string metrics, string name, string label) => Regex.Match(metrics,
            $"^{name}\\{{.*\"{label}\".*\\}} ([0-9.e+]+)", RegexOptions.Multiline, TimeSpan.FromSeconds(1)) is { Success: true } found
            ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>
    /// Alters rows behind the platform's back; fails when there are none. The SQL may use <c>@junk</c>, some bytes.
    /// </summary>
    /// <param name="store">The store, for example <c>membership</c> or <see cref="Projection"/>.</param>
    /// <param name="statements">What is altered.</param>
    public async Task AlterAsync(string store, params string[] statements)
    {
        var (name, schema) = store.Split('.') is [var database, var tables] ? (database, tables) : (store, "");
        await using var source = _distributed is null
            ? SqliteFactory.Instance.CreateDataSource(
                $"Data Source={Path.Combine(Folder, schema.Length == 0
                    ? $"{name}.db"
                    : $"{name}.{schema.Replace('_', '-')}.db")};Pooling=False")
            : NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(_distributed.ConnectionTo(name)) { SearchPath = schema }.ConnectionString);
        foreach (var sql in statements)
        {
            await using var command = source.CreateCommand(sql);
            if (sql.Contains("@junk", StringComparison.Ordinal))
            {
                var junk = command.CreateParameter();
                (junk.ParameterName, junk.Value) = ("@junk", new byte[] { 0 });
                command.Parameters.Add(junk);
            }
            Assert.True(await command.ExecuteNonQueryAsync() > 0, $"No row was altered by: {sql}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            channel.Dispose();
        if (_one is not null)
            await _one.DisposeAsync();
        if (_distributed is not null)
            await _distributed.DisposeAsync();
    }
}
