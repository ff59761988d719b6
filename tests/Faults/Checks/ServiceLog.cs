namespace Platform.Faults.Checks;

/// <summary>One row of a service's change log.</summary>
internal sealed record LogRow(long Position, Guid ChangeId, string Name, string Type, long Version, short Kind, string EffectiveDate,
    DateTimeOffset RecordTime, string Actor, string RequestId, byte[] State)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} v{Version} at position {Position} ({Actor}, {RequestId})";
}

/// <summary>What the database of one service holds after the run.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Log">Its change log in the order of positions.</param>
/// <param name="Records">The resources by name: version and state.</param>
internal sealed record ServiceLog(string Service, IReadOnlyList<LogRow> Log,
    IReadOnlyDictionary<string, (string Type, long Version, byte[] State)> Records)
{
    /// <summary>Reads it.</summary>
    public static async Task<ServiceLog> ReadAsync(Cluster cluster, string service)
    {
        var log = new List<LogRow>();
        await using (var command = cluster.Database(service).CreateCommand(
            "select coalesce(position, 0), change_id, resource_name, resource_type, resource_version, kind, effective_date, "
                + "recorded_time, actor, request_id, state from change left join change_position using (id) order by position nulls last"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                log.Add(new LogRow(reader.GetInt64(0), reader.GetGuid(1), reader.GetString(2), reader.GetString(3), reader.GetInt64(4),
                    reader.GetInt16(5), reader.GetString(6), await reader.GetFieldValueAsync<DateTimeOffset>(7), reader.GetString(8),
                    reader.GetString(9), (byte[])reader[10]));
            }
        }
        var records = new Dictionary<string, (string, long, byte[])>();
        await using (var command = cluster.Database(service).CreateCommand("select name, type, version, state from record"))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                records.Add(reader.GetString(0), (reader.GetString(1), reader.GetInt64(2), (byte[])reader[3]));
        }
        return new ServiceLog(service, log, records);
    }
}
