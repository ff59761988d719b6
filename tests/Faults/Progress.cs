using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using Platform.Processes;

namespace Platform.Faults;

/// <summary>How far relays and workers are, asked of their databases.</summary>
internal sealed class Progress(Cluster cluster)
{
    private readonly ConcurrentDictionary<string, string> _tables = new();

    /// <summary>The end of a service's log and the position of its relay.</summary>
    public async Task<(long Latest, long Unnumbered, long Relayed)> OfServiceAsync(string service)
    {
        await using var command = cluster.Database(service).CreateCommand(
            "select coalesce((select max(position) from change_position), 0), (select count(*) from change_unnumbered), (select position "
                + "from log_reader where name = 'relay')");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>The process that holds the relay of a service; null while none does.</summary>
    public async Task<Node?> RelayHolderAsync(string service)
    {
        await using var command = cluster.Database(service).CreateCommand("select holder from log_reader where name = 'relay'");
        // MACHINE PID GUID
        var holder = (await command.ExecuteScalarAsync() as string)?.Split(' ');
        return holder is [_, var id, ..] ? cluster.NodesOf(service).FirstOrDefault(n => n.Id.ToString(CultureInfo.InvariantCulture) == id)
            : null;
    }

    /// <summary>How many changes of a service the workers hold, and the highest position among them.</summary>
    public async Task<(long Count, long Highest)> OfWorkersAsync(string service)
    {
        await using var command = cluster.Database(Cluster.Worker).CreateCommand(
            $"select count(*), coalesce(max(position), 0) from {await TableAsync("version")} where service = $1");
        command.Parameters.AddWithValue(service);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>The highest positions that the workers hold, added up.</summary>
    public async Task<long> OfWorkersAsync()
    {
        await using var command = cluster.Database(Cluster.Worker).CreateCommand(
            $"select coalesce(sum(highest), 0)::bigint from (select max(position) as highest from {await TableAsync("version")} group by "
                + $"service) each");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>A table of the workers' database with its schema, that of the newest projection.</summary>
    public async Task<string> TableAsync(string name)
    {
        if (_tables.TryGetValue(name, out var known))
            return known;
        await using var command = cluster.Database(Cluster.Worker).CreateCommand("""
            select table_schema || '.' || table_name from information_schema.tables
            where table_name = $1 and (table_schema = 'public' or table_schema like 'projection%')
            order by nullif(regexp_replace(table_schema, '\D', '', 'g'), '')::int desc nulls last limit 1
            """);
        command.Parameters.AddWithValue(name);
        return _tables[name] = await command.ExecuteScalarAsync() as string
            ?? throw new InvalidOperationException($"The workers' database has no table \"{name}\".");
    }

    /// <summary>Asks again and again until it is true, also while the store is away; false when it never was.</summary>
    public static Task<bool> UntilAsync(TimeSpan patience, Func<Task<bool>> isTrue) => Eventually.HoldsAsync(patience, async () =>
    {
        try
        {
            return await isTrue();
        }
        catch (NpgsqlException)
        {
            return false;
        }
    });
}
