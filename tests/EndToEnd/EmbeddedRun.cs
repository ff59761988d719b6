using Platform.EndToEnd.Tests;
using Platform.Processes;

[assembly: AssemblyFixture(typeof(EmbeddedRun))]

namespace Platform.EndToEnd.Tests;

/// <summary>The record imported into one process with SQLite, shared by the tests that leave its resources as they are.</summary>
public sealed class EmbeddedRun : IAsyncLifetime
{
    internal ServedPlatform Platform { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Platform = await ServedPlatform.StartAsync("sqlite");
        await Platform.ImportFolderAsync(Repository.Record);
    }

    public async ValueTask DisposeAsync()
    {
        if (Platform is not null)
            await Platform.DisposeAsync();
    }
}
