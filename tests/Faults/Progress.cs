using System.Globalization;
using Npgsql;

namespace Platform.Faults;

/// <summary>How far relays and workers are, asked of their databases.</summary>
internal sealed class Progress(Cluster cluster)
{
    private string? _projection;

    /// <summary>The end of a service's log and the position of its relay.</summary>
    public async Task<(long Latest, long Unnumbered, long Relayed)> OfServiceAsync(string service)
    {
        await using var command = cluster.Database(service).CreateCommand(
            "select coalesce((select max(position) from change_position), 0), (select count(*) from change_unnumbered), (select position from log_reader where name = 'relay')");
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
        return holder is [_, var id, ..] ? cluster.NodesOf(service).FirstOrDefault(n => n.Id.ToString(CultureInfo.InvariantCulture) == id) : null;
    }

    /// <summary>How many changes of a service the workers hold, and the highest position among them.</summary>
    public async Task<(long Count, long Highest)> OfWorkersAsync(string service)
    {
        await using var command = cluster.Database(Cluster.Worker).CreateCommand(
            $"select count(*), coalesce(max(position), 0) from {await ProjectionAsync()}.version where service = $1");
        command.Parameters.AddWithValue(service);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>The highest positions that the workers hold, added up.</summary>
    public async Task<long> OfWorkersAsync()
    {
        await using var command = cluster.Database(Cluster.Worker).CreateCommand(
            $"select coalesce(sum(highest), 0)::bigint from (select max(position) as highest from {await ProjectionAsync()}.version group by service) each");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The schema of the projection in use: that of the highest number.</summary>
    public async Task<string> ProjectionAsync()
    {
        if (_projection is null)
        {
            await using var command = cluster.Database(Cluster.Worker).CreateCommand(
                "select table_schema from information_schema.tables where table_name = 'version' and table_schema like 'projection%' order by regexp_replace(table_schema, '\\D', '', 'g')::int desc limit 1");
            _projection = await command.ExecuteScalarAsync() as string ?? throw new InvalidOperationException("The workers' database has no table \"version\".");
        }
        return _projection;
    }

    /// <summary>Asks again and again until it is true; false when it never was.</summary>
    public static async Task<bool> UntilAsync(TimeSpan patience, Func<Task<bool>> isTrue)
    {
        using var deadline = new CancellationTokenSource(patience);
        while (!deadline.IsCancellationRequested)
        {
            try
            {
                if (await isTrue())
                    return true;
            }
            catch (NpgsqlException)
            {
                // The store is away: asked again.
            }
            await Task.Delay(50, CancellationToken.None);
        }
        return false;
    }
}
