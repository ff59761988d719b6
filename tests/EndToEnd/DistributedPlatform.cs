using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>
/// Each service and the worker as a process of its own, on databases and a virtual host of their own on the real
/// PostgreSQL and RabbitMQ.
/// </summary>
internal sealed class DistributedPlatform : IAsyncDisposable
{
    private static readonly (string Name, string Project, string File)[] Programs =
    [
        ("membership", "services/Membership", "Platform.Membership.dll"),
        ("meetings", "services/Meetings", "Platform.Meetings.dll"),
        ("commitments", "services/Commitments", "Platform.Commitments.dll"),
        ("reporting", "workers/Reporting", "Platform.Reporting.dll"),
    ];

    private static readonly DatabaseTemplates Migrated = new([.. Programs.Select(p => p.Name)], async connections =>
        (await RunningProcess.RunPlatformAsync(connections.ToDictionary(c => $"ConnectionStrings:{c.Key}", c => c.Value), "migrate"))
            .Succeeded());

    private readonly string _id = $"e2e_{Guid.NewGuid():n}"[..20];
    private readonly string _folder = Directory.CreateTempSubdirectory("platform-distributed-").FullName;
    private readonly Dictionary<string, int> _ports = Programs.ToDictionary(p => p.Name, _ => LoopbackPorts.Free());
    private readonly Dictionary<string, string> _settings = [];
    private readonly Dictionary<string, Dictionary<string, string>> _ownSettings =
        Programs.ToDictionary(p => p.Name, _ => new Dictionary<string, string>());
    private readonly Dictionary<string, RunningProcess> _processes = [];
    private readonly TestAuthority _authority = new();
    private string _scheme = "http";

    /// <summary>Options that tell <c>platform import</c> and <c>platform report</c> where the services are.</summary>
    public string[] Connection =>
    [
        .. Programs.SelectMany(p => new[] { "--address", $"{p.Name}={Address(p.Name)}" }),
        "--data", _folder,
    ];

    public string Address(string service) => $"{_scheme}://127.0.0.1:{_ports[service]}";

    public string Folder => _folder;

    /// <summary>Its virtual host on the broker.</summary>
    public Uri VirtualHost => TestServers.VirtualHost(_id);

    /// <summary>The connection string of a store.</summary>
    public string ConnectionTo(string store) => TestServers.ConnectionTo($"{_id}_{store}");

    /// <summary>The settings that its processes have in common.</summary>
    public IReadOnlyDictionary<string, string> Settings => _settings;

    public static async Task<DistributedPlatform> StartAsync()
    {
        var platform = await PrepareAsync();
        await platform.StartProcessesAsync();
        return platform;
    }

    /// <summary>With databases whose schema is up to date, before its processes are started.</summary>
    public static async Task<DistributedPlatform> PrepareAsync(params (string Name, string Value)[] settings)
    {
        var platform = new DistributedPlatform();
        foreach (var (name, value) in settings)
            platform._settings[name] = value;
        await platform.CreateDatabasesAsync();
        return platform;
    }

    /// <summary>Gives its processes a setting before they are started.</summary>
    public void Set(string name, string value) => _settings[name] = value;

    /// <summary>Gives one of its processes a setting before it is started.</summary>
    public void SetOf(string process, string name, string value) => _ownSettings[process][name] = value;

    /// <summary>
    /// Lets its processes serve over TLS with a certificate of an authority of their own, and show it to one another.
    /// </summary>
    /// <returns>The certificate, with its key.</returns>
    public X509Certificate2 UseMutualTls()
    {
        var authorityFile = Path.Combine(_folder, "ca.crt");
        File.WriteAllText(authorityFile, _authority.Pem);
        var certificate = _authority.Issue("CN=platform");
        foreach (var (name, value) in TestAuthority.Write(certificate, _folder))
            _settings[name] = value;
        (_settings["SSL_CERT_FILE"], _settings["Identity:ServiceAuthorityFile"]) = (authorityFile, authorityFile);
        _scheme = "https";
        SetServiceAddresses();
        return certificate;
    }

    /// <summary>A channel to one of its processes, on which a certificate is shown if one is given.</summary>
    public GrpcChannel ChannelTo(string process, X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.Issuer == _authority.Name;
        if (certificate is not null)
            handler.SslOptions.ClientCertificates = [certificate];
        return GrpcChannel.ForAddress(Address(process), new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    public async Task StartProcessesAsync()
    {
        foreach (var (name, _, _) in Programs)
            Start(name);
        foreach (var (name, _, _) in Programs)
        {
            using var channel = ChannelTo(name);
            await Eventually.IsTrueAsync(channel.IsServingAsync);
        }
    }

    /// <summary>Starts one process with everything on its databases and its virtual host.</summary>
    public Task<PlatformProcess> StartInOneProcessAsync(params (string Name, string Value)[] settings)
    {
        // Its services need no addresses of one another.
        var own = _settings.Where(s => !s.Key.StartsWith("Services:", StringComparison.Ordinal)).ToDictionary();
        foreach (var (name, value) in settings)
            own[name] = value;
        return PlatformProcess.StartAsync(_folder, settings: own);
    }

    /// <summary>Starts one of its processes and does not wait for it.</summary>
    public void Start(string process)
    {
        var (_, project, file) = Programs.Single(p => p.Name == process);
        var settings = new Dictionary<string, string>(_settings) { ["Listen:Address"] = Address(process) };
        foreach (var (name, value) in _ownSettings[process])
            settings[name] = value;
        _processes[process] = RunningProcess.Start(Repository.Program(project, file), settings);
    }

    /// <summary>Kills one of its processes.</summary>
    public async Task KillAsync(string process)
    {
        if (_processes.Remove(process, out var running))
            await running.DisposeAsync();
    }

    /// <summary>Kills every process at once.</summary>
    public async Task KillAsync()
    {
        await Task.WhenAll(_processes.Values.Select(p => p.KillAsync()));
        foreach (var process in _processes.Values)
            await process.DisposeAsync();
        _processes.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        foreach (var (name, _, _) in Programs)
            await TestServers.DropDatabaseAsync($"{_id}_{name}");
        await TestServers.DeleteVirtualHostAsync(_id);
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void SetServiceAddresses()
    {
        foreach (var (name, _, _) in Programs.Where(p => p.Name != "reporting"))
            _settings[$"Services:{char.ToUpperInvariant(name[0])}{name[1..]}:Address"] = Address(name);
    }

    private async Task CreateDatabasesAsync()
    {
        foreach (var (name, _, _) in Programs)
        {
            await Migrated.CopyAsync(name, $"{_id}_{name}");
            _settings[$"ConnectionStrings:{name}"] = TestServers.ConnectionTo($"{_id}_{name}");
        }
        SetServiceAddresses();
        await TestServers.CreateVirtualHostAsync(_id);
        _settings["RabbitMq:Uri"] = TestServers.VirtualHost(_id).AbsoluteUri;
        _settings["RabbitMq:AllowCleartext"] = "true";
        _settings["Identity:SigningKeyFile"] = Path.Combine(_folder, "signing-key.pem");
    }
}
