using System.Diagnostics;
using Grpc.Net.Client;
using Platform.Processes;

namespace Platform.Faults;

/// <summary>One process of the platform: a replica of a service, or a worker, at an address that it keeps.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly Children _children;
    private readonly string _program;
    private readonly string _log;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private Process? _process;

    /// <summary>Describes it; <see cref="StartAsync"/> starts it.</summary>
    /// <param name="children">Starts it.</param>
    /// <param name="name">Its name, for example <c>meetings-2</c>.</param>
    /// <param name="service">What it is, for example <c>meetings</c>.</param>
    /// <param name="program">Its .dll.</param>
    /// <param name="port">Where it listens.</param>
    /// <param name="settings">Its settings.</param>
    /// <param name="links">Its links by target.</param>
    /// <param name="log">The file that its output goes to.</param>
    public Node(Children children, string name, string service, string program, int port, IReadOnlyDictionary<string, string> settings,
        IReadOnlyDictionary<string, Proxy> links, string log)
    {
        (_children, Name, Service, _program, _settings, Links, _log) = (children, name, service, program, settings, links, log);
        Address = $"http://127.0.0.1:{port}";
        Channel = GrpcChannel.ForAddress(Address, new GrpcChannelOptions
        {
            // A client that finds the way back as soon as its replica does, so that what is measured is the platform.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),
            MaxReceiveMessageSize = null,
        });
    }

    /// <summary>Its name, for example <c>meetings-2</c>.</summary>
    public string Name { get; }

    /// <summary>What it is, for example <c>meetings</c>.</summary>
    public string Service { get; }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>A channel to it.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>Its links by target: <c>store</c>, <c>broker</c>, and the names of services.</summary>
    public IReadOnlyDictionary<string, Proxy> Links { get; }

    /// <summary>Its process id; 0 while it does not run.</summary>
    public int Id => _process is { HasExited: false } process ? process.Id : 0;

    /// <summary>Starts it.</summary>
    public async Task StartAsync()
    {
        _process?.Dispose();
        _process = await _children.StartAsync(_log, _settings, "dotnet", _program);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (_process is not { HasExited: false } process)
            return;
        await Children.SignalAsync(process.Id, "KILL");
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>Sends it a signal, for example <c>STOP</c>.</summary>
    public Task SignalAsync(string signal) => Id is > 0 and var id ? Children.SignalAsync(id, signal) : Task.CompletedTask;

    /// <summary>True as soon as it serves, false when it does not in time; it is started again if it has ended by
    /// itself meanwhile.</summary>
    public Task<bool> ServesWithinAsync(TimeSpan patience) => Eventually.HoldsAsync(patience, async () =>
    {
        await KeepAliveAsync();
        return await Channel.IsServingAsync();
    });

    // As an orchestrator would.
    private async Task KeepAliveAsync()
    {
        if (_process is not { HasExited: true } process)
            return;
        Console.WriteLine($"{Name} ended by itself with code {process.ExitCode} and is started again; see {_log}.");
        await StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Channel.Dispose();
        foreach (var link in Links.Values)
            link.Dispose();
    }
}
