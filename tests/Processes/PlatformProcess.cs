using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Hosting.Identity;

namespace Platform.Processes;

/// <summary><c>platform serve</c> as a process, on a port that was free and with a data folder of its own.</summary>
public sealed class PlatformProcess : IAsyncDisposable
{
    private readonly bool _ownsFolder;
    private readonly IReadOnlyDictionary<string, string>? _settings;
    private RunningProcess? _server;
    private GrpcChannel? _channel;

    private PlatformProcess(string? folder, IReadOnlyDictionary<string, string>? settings)
    {
        _settings = settings;
        _ownsFolder = folder is null;
        Folder = folder ?? Directory.CreateTempSubdirectory("platform-serve-").FullName;
    }

    /// <summary>Its data folder.</summary>
    public string Folder { get; }

    /// <summary>Where it serves.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The process.</summary>
    public RunningProcess Server => _server ?? throw new InvalidOperationException("It is not serving.");

    /// <summary>Options with which <c>platform import</c> and <c>platform report</c> reach it as an officer.</summary>
    public string[] Connection => ["--address", Address, "--data", Folder];

    /// <summary>A channel to it.</summary>
    public GrpcChannel Channel => _channel ??= GrpcChannel.ForAddress(Address);

    /// <summary>The header of an officer's call.</summary>
    public Metadata Officer => HeaderOf(Folder, Role.Officer);

    /// <summary>Starts one; with a folder it takes up the data there and leaves them when it ends.
    /// Settings go to its environment.</summary>
    public static async Task<PlatformProcess> StartAsync(string? folder = null, int port = 0,
        IReadOnlyDictionary<string, string>? settings = null)
    {
        var platform = new PlatformProcess(folder, settings);
        await platform.ServeAsync(port);
        return platform;
    }

    /// <summary>Serves again after <see cref="StopAsync"/> or <see cref="KillAsync"/>; on any free port if none is given.</summary>
    public async Task ServeAsync(int port = 0)
    {
        _server = RunningProcess.Start(Repository.PlatformProgram, _settings, "serve", "--port",
            port.ToString(CultureInfo.InvariantCulture), "--data", Folder);
        Address = await _server.ReadLineAsync("Serving on ");
    }

    /// <summary>Presses Ctrl-C and waits for the end.</summary>
    public async Task<CommandResult> StopAsync()
    {
        CloseChannel();
        await Server.SignalAsync("INT");
        var result = await Server.EndAsync();
        await Server.DisposeAsync();
        _server = null;
        return result;
    }

    /// <summary>Kills it, as a power cut would.</summary>
    public async Task KillAsync()
    {
        CloseChannel();
        await Server.DisposeAsync();
        _server = null;
    }

    /// <summary>The header with a token of a role, signed with the key in a data folder.</summary>
    public static Metadata HeaderOf(string folder, Role role) =>
        new() { { "authorization", $"Bearer {IssuerOf(folder).Issue(role, role.Name())}" } };

    /// <summary>Issues tokens with the key in a data folder.</summary>
    public static TokenIssuer IssuerOf(string folder) =>
        new(new IdentityOptions { SigningKeyFile = Path.Combine(folder, "signing-key.pem") }, TimeProvider.System);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        CloseChannel();
        if (_server is not null)
            await _server.DisposeAsync();
        if (_ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }

    private void CloseChannel()
    {
        _channel?.Dispose();
        _channel = null;
    }
}
