using Npgsql;
using Platform.Processes;

namespace Platform.Attack;

/// <summary>The platform that is attacked: everything in one process, with the record of the Bali Process.</summary>
internal sealed class Target : IAsyncDisposable
{
    /// <summary>SQLite with the bus in memory, and PostgreSQL with RabbitMQ.</summary>
    public static readonly string[] Engines = ["sqlite", "postgresql"];

    private readonly string _id = $"attack_{Guid.NewGuid():n}";
    private readonly bool _onServers;
    private PlatformProcess? _platform;

    private Target(bool onServers) => _onServers = onServers;

    /// <summary>The process.</summary>
    public PlatformProcess Platform => _platform ?? throw new InvalidOperationException("It is not started.");

    /// <summary>Starts one on an engine.</summary>
    public static async Task<Target> StartAsync(string engine)
    {
        var target = new Target(engine == "postgresql");
        try
        {
            target._platform = await PlatformProcess.StartAsync(settings: target._onServers ? await target.PrepareServersAsync() : null);
            (await RunningProcess.RunPlatformAsync(["import", Repository.Record, .. target.Platform.Connection])).Succeeded();
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_platform is not null)
            await _platform.DisposeAsync();
        if (!_onServers)
            return;
        await TestServers.DeleteVirtualHostAsync(_id);
        foreach (var service in PlatformServices.All)
            await TestServers.DropDatabaseAsync(DatabaseOf(service));
    }

    private string DatabaseOf(PlatformService service) => $"{_id}_{service.Name}";

    private async Task<Dictionary<string, string>> PrepareServersAsync()
    {
        await TestServers.CreateVirtualHostAsync(_id);
        var settings = new Dictionary<string, string> { ["RabbitMq:Uri"] = TestServers.VirtualHost(_id).AbsoluteUri };
        foreach (var service in PlatformServices.All)
        {
            await TestServers.CreateDatabaseAsync(DatabaseOf(service));
            settings[$"ConnectionStrings:{service.Name}"] = new NpgsqlConnectionStringBuilder(
                TestServers.ConnectionTo(DatabaseOf(service))).ConnectionString;
        }
        (await RunningProcess.RunPlatformAsync(settings, "migrate")).Succeeded();
        return settings;
    }
}
