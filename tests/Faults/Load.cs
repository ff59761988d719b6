namespace Platform.Faults;

/// <summary>The clients together.</summary>
internal sealed class Load
{
    private const int Clients = 8;

    private readonly List<Client> _clients;

    public Load(Cluster cluster, Findings findings, Measures measures, int seed)
    {
        var world = new World();
        // Numbered, so that the last digit tells them apart.
        _clients = [.. Enumerable.Range(0, Clients + 1)
            .Select(i => new Client($"client-{i}", cluster, world, findings, measures, (seed * 100) + i))];
    }

    /// <summary>Everything they have written or tried to.</summary>
    public IEnumerable<Write> Writes => _clients.SelectMany(c => c.Writes);

    /// <summary>Records what the load begins with, by a client of its own.</summary>
    public Task BeginAsync(CancellationToken end) => _clients[0].BeginAsync(end);

    /// <summary>Runs until every client has the answer to its last write.</summary>
    /// <param name="stop">No new write after that.</param>
    /// <param name="end">No further attempt after that.</param>
    public Task RunAsync(CancellationToken stop, CancellationToken end) =>
        Task.WhenAll(_clients.Skip(1).Select(c => c.RunAsync(TimeSpan.FromMilliseconds(130), stop, end)));
}
