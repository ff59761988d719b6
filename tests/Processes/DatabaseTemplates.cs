namespace Platform.Processes;

/// <summary>
/// Databases that are prepared once for all tests of a process, which copy them instead of preparing their own. They are removed when
/// the process ends.
/// </summary>
public sealed class DatabaseTemplates
{
    private readonly string _prefix = $"template_{Guid.NewGuid():n}"[..20];
    private readonly Lazy<Task> _prepared;

    /// <summary>Names them; they are made for the first copy.</summary>
    /// <param name="stores">Whose databases they are, for example <c>meetings</c>.</param>
    /// <param name="prepare">Makes the tables, given the connection string of each store's database. No connection may stay
    /// open.</param>
    public DatabaseTemplates(string[] stores, Func<IReadOnlyDictionary<string, string>, Task> prepare) => _prepared = new(async () =>
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.WaitAll(stores.Select(s => TestServers.DropDatabaseAsync(NameOf(s))));
        foreach (var store in stores)
            await TestServers.CreateDatabaseAsync(NameOf(store));
        await prepare(stores.ToDictionary(s => s, s => TestServers.ConnectionTo(NameOf(s))));
    });

    /// <summary>Makes a database like that of a store.</summary>
    public async Task CopyAsync(string store, string name)
    {
        await _prepared.Value;
        await TestServers.CreateDatabaseAsync(name, NameOf(store));
    }

    private string NameOf(string store) => $"{_prefix}_{store}";
}
