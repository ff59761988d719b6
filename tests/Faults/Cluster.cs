using Npgsql;
using Platform.Hosting.Identity;
using Platform.Processes;

namespace Platform.Faults;

/// <summary>
/// The platform under test: every service and the worker twice, as processes of their own, each with a proxy on every
/// link to a server or to a other service.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>The store as the target of a link or fault.</summary>
    public const string Store = "store";

    /// <summary>The broker as the target of a link or fault.</summary>
    public const string Broker = "broker";

    /// <summary>The worker's name.</summary>
    public const string Worker = "reporting";

    /// <summary>The service whose database is on the small disk.</summary>
    public const string OnSmallDisk = "meetings";

    private static readonly Dictionary<string, (string Project, string File)> Programs = new()
    {
        ["membership"] = ("services/Membership", "Platform.Membership.dll"),
        ["meetings"] = ("services/Meetings", "Platform.Meetings.dll"),
        ["commitments"] = ("services/Commitments", "Platform.Commitments.dll"),
        [Worker] = ("workers/Reporting", "Platform.Reporting.dll"),
    };

    private readonly Children _children = new();
    private readonly Dictionary<string, NpgsqlDataSource> _databases = [];

    private Cluster()
    {
        Servers = new Servers(_children);
        Folder = Directory.CreateTempSubdirectory("platform-faults-").FullName;
        SmallDisk = Environment.GetEnvironmentVariable("PLATFORM_TEST_SMALL_DISK") is { Length: > 0 } disk ? disk : null;
    }

    /// <summary>The services, in the order in which they depend on one another.</summary>
    public static IReadOnlyList<string> Services { get; } = ["membership", "meetings", "commitments"];

    /// <summary>PostgreSQL and RabbitMQ.</summary>
    public Servers Servers { get; }

    /// <summary>Logs, the signing key and workbooks.</summary>
    public string Folder { get; }

    /// <summary>Whether the folder stays when the run is over.</summary>
    public bool KeepFolder { get; set; } = true;

    /// <summary>Where the small disk is mounted; null if it could not be.</summary>
    public string? SmallDisk { get; }

    /// <summary>Every process.</summary>
    public IReadOnlyList<Node> Nodes { get; private set; } = [];

    /// <summary>Options that tell commands of the <c>platform</c> program where the services are.</summary>
    public string[] Connection =>
    [
        .. Programs.Keys.SelectMany(service => new[] { "--address", $"{service}={NodesOf(service)[0].Address}" }),
        "--data", Folder,
    ];

    /// <summary>The name of a process: <c>meetings-1</c> is the first of meetings.</summary>
    public static string NodeName(string service, int index) => $"{service}-{index + 1}";

    /// <summary>The targets that a program has links to.</summary>
    public static IReadOnlyList<string> LinksOf(string program) => [Store, Broker, .. Services.Where(s => s != program)];

    /// <summary>The replicas of a service, or the workers.</summary>
    public IReadOnlyList<Node> NodesOf(string service) => [.. Nodes.Where(n => n.Service == service)];

    /// <summary>A process by its name.</summary>
    public Node Node(string name) => Nodes.Single(n => n.Name == name);

    /// <summary>The database of a service or of the workers, reached directly.</summary>
    public NpgsqlDataSource Database(string service) => _databases[service];

    /// <summary>A token of an officer for the whole run.</summary>
    /// <param name="subject">Who it is.</param>
    public string TokenOf(string subject) =>
        new TokenIssuer(new IdentityOptions { SigningKeyFile = Path.Combine(Folder, "signing-key.pem") }, TimeProvider.System)
            .Issue(Role.Officer, subject, lifetime: TimeSpan.FromHours(8));

    /// <summary>Makes the databases and describes the processes; nothing runs yet.</summary>
    public static async Task<Cluster> CreateAsync()
    {
        var cluster = new Cluster();
        await cluster.PrepareAsync();
        return cluster;
    }

    /// <summary>Starts every process and returns when all of them serve.</summary>
    public async Task StartAsync()
    {
        await Task.WhenAll(Nodes.Select(n => n.StartAsync()));
        await WaitUntilServingAsync(TimeSpan.FromMinutes(1));
    }

    /// <summary>Waits until every process says that it can serve.</summary>
    public async Task WaitUntilServingAsync(TimeSpan patience)
    {
        foreach (var node in Nodes)
        {
            if (!await node.ServesWithinAsync(patience))
            {
                throw new InvalidOperationException($"{node.Name} does not serve {patience.TotalSeconds} seconds after everything was "
                    + $"healed. Its log is in {Folder}.");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Select(n => n.DisposeAsync().AsTask()));
        foreach (var database in _databases.Values)
            await database.DisposeAsync();
        _children.Dispose();
        if (!KeepFolder)
            Directory.Delete(Folder, recursive: true);
    }

    private async Task PrepareAsync()
    {
        await using (var server = NpgsqlDataSource.Create(Servers.ConnectionTo("postgres", Servers.StorePort)))
        {
            if (SmallDisk is not null)
                await RunAsync(server, $"create tablespace small_disk location '{SmallDisk}'");
            foreach (var name in Programs.Keys)
            {
                await RunAsync(server, $"create database {name}"
                    + $"{(name == OnSmallDisk && SmallDisk is not null ? " tablespace small_disk" : "")}");
            }
        }
        foreach (var name in Programs.Keys)
            _databases[name] = NpgsqlDataSource.Create(Servers.ConnectionTo(name, Servers.StorePort));
        var ports = Programs.Keys.ToDictionary(name => name, _ => new[] { LoopbackPorts.Free(), LoopbackPorts.Free() });
        Nodes = [.. Programs.Keys.SelectMany(name => Enumerable.Range(0, 2).Select(i => Describe(name, i, ports)))];
        var settings = Programs.Keys.ToDictionary(name => $"ConnectionStrings:{name}",
            name => Servers.ConnectionTo(name, Servers.StorePort));
        (await RunningProcess.RunPlatformAsync(settings, "migrate")).Succeeded();
    }

    private Node Describe(string service, int index, Dictionary<string, int[]> ports)
    {
        var name = NodeName(service, index);
        var links = LinksOf(service).ToDictionary(target => target, target => new Proxy(LoopbackPorts.Free(), target switch
        {
            Store => [Servers.StorePort],
            Broker => [Servers.BrokerPort],
            _ => ports[target],
        }));
        var settings = new Dictionary<string, string>
        {
            ["Listen:Address"] = $"http://127.0.0.1:{ports[service][index]}",
            [$"ConnectionStrings:{service}"] = Servers.ConnectionTo(service, links[Store].Port),
            ["RabbitMq:Uri"] = Servers.Broker(links[Broker].Port).AbsoluteUri,
            ["Identity:SigningKeyFile"] = Path.Combine(Folder, "signing-key.pem"),
            // Eight processes share a machine.
            ["DOTNET_gcServer"] = "0",
        };
        foreach (var other in links.Keys.Where(Services.Contains))
            settings[$"Services:{char.ToUpperInvariant(other[0])}{other[1..]}:Address"] = $"http://127.0.0.1:{links[other].Port}";
        var (project, file) = Programs[service];
        return new Node(_children, name, service, Repository.Program(project, file), ports[service][index], settings, links,
            Path.Combine(Folder, $"{name}.log"));
    }

    private static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
