using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using Platform.Processes;

namespace Platform.Faults;

/// <summary>The private PostgreSQL and RabbitMQ of <c>tests/servers.sh</c>, which may be stopped and started again.</summary>
internal sealed class Servers(Children children)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly string _folder = TestServers.Setting("PLATFORM_TEST_SERVERS");
    private readonly NpgsqlConnectionStringBuilder _postgres = new(TestServers.Setting("PLATFORM_TEST_POSTGRES"));
    private readonly Uri _broker = new(TestServers.Setting("PLATFORM_TEST_RABBITMQ"));

    /// <summary>The port of PostgreSQL.</summary>
    public int StorePort => _postgres.Port;

    /// <summary>The port of RabbitMQ.</summary>
    public int BrokerPort => _broker.Port;

    /// <summary>The broker's address, with the default virtual host, which it makes itself when it has no data.</summary>
    public Uri Broker(int port) => new UriBuilder(_broker) { Port = port, Path = "" }.Uri;

    /// <summary>The connection string of a database, over a port of a proxy or the server's own.</summary>
    public string ConnectionTo(string database, int port) =>
        new NpgsqlConnectionStringBuilder(_postgres.ConnectionString)
        {
            Database = database,
            Port = port,
            MaxPoolSize = 20
        }.ConnectionString;

    /// <summary>Stops PostgreSQL.</summary>
    /// <param name="signal"><c>INT</c> for a fast stop, <c>QUIT</c> for an immediate one.</param>
    public Task StopStoreAsync(string signal) => StopAsync("postgres", signal, wholeGroup: false);

    /// <summary>Starts PostgreSQL and returns when it answers.</summary>
    public async Task StartStoreAsync()
    {
        await StartAsync("postgres");
        await using var store = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(_postgres.ConnectionString) { Pooling = false }.ConnectionString);
        await UntilAsync("PostgreSQL", async () =>
        {
            await using var connection = await store.OpenConnectionAsync();
        });
    }

    /// <summary>Stops RabbitMQ.</summary>
    /// <param name="signal"><c>TERM</c> for a stop in order, or <c>KILL</c>.</param>
    public Task StopBrokerAsync(string signal) => StopAsync("rabbitmq", signal, wholeGroup: signal == "KILL");

    /// <summary>Removes everything that the stopped broker has stored.</summary>
    public void WipeBroker() => Directory.Delete(Path.Combine(_folder, "mnesia"), recursive: true);

    /// <summary>Starts RabbitMQ and returns when it listens.</summary>
    public async Task StartBrokerAsync()
    {
        await StartAsync("rabbitmq");
        await UntilAsync("RabbitMQ", async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, BrokerPort);
        });
    }

    /// <summary>Keeps what the broker says of itself, and its logs, for who looks into a run that went wrong.</summary>
    public async Task SaveBrokerStateAsync(string folder)
    {
        var address = new Uri(TestServers.Setting("PLATFORM_TEST_RABBITMQ_MANAGEMENT"));
        using var http = new HttpClient { BaseAddress = address, Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(address.UserInfo)));
        foreach (var kind in new[] { "nodes", "connections", "channels", "queues", "exchanges", "bindings" })
        {
            try
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"broker-{kind}.json"), await http.GetStringAsync($"api/{kind}"));
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"broker-{kind}.json"), e.Message);
            }
        }
        foreach (var log in Directory.EnumerateFiles(Path.Combine(_folder, "rabbitmq-log"), "*.log"))
            File.Copy(log, Path.Combine(folder, $"broker-{Path.GetFileName(log)}"), overwrite: true);
    }

    private async Task StopAsync(string name, string signal, bool wholeGroup)
    {
        var file = Path.Combine(_folder, $"{name}.pid");
        var id = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        // The leader passes an orderly stop on to its own processes.
        using (var kill = Process.Start("kill", [$"-{signal}", "--", wholeGroup ? $"-{id}" : $"{id}"]))
            await kill.WaitForExitAsync();
        if (!await Eventually.HoldsAsync(Patience, () => Task.FromResult(!IsAlive(id))))
            throw new InvalidOperationException($"{name} did not stop within {Patience.TotalSeconds} seconds after SIG{signal}.");
        File.Delete(file);
    }

    // An ended process whose parent has not asked for its end yet is no longer alive either.
    private static bool IsAlive(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..] is not ['Z' or 'X', ..];
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task StartAsync(string name) =>
        await children.StartAsync(Path.Combine(_folder, $"{name}.start.log"), new Dictionary<string, string>(), "bash",
            Path.Combine(_folder, $"start-{name}"));

    private static async Task UntilAsync(string name, Func<Task> answers)
    {
        Exception? why = null;
        var answered = await Eventually.HoldsAsync(Patience, async () =>
        {
            try
            {
                await answers();
                return true;
            }
            catch (Exception e) when (e is SocketException or NpgsqlException)
            {
                why = e;
                return false;
            }
        });
        if (!answered)
        {
            throw new InvalidOperationException($"{name} did not answer within {Patience.TotalSeconds} seconds after it was started "
                + $"again. Its log is in the folder of the servers.", why);
        }
    }
}
