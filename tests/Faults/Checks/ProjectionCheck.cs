namespace Platform.Faults.Checks;

/// <summary>The workers' history against the change logs, row by row, and the bus against the logs.</summary>
internal static class ProjectionCheck
{
    /// <summary>Everything of the log is in the history as it was written, and nothing else.</summary>
    public static async Task RunAsync(Cluster cluster, Progress progress, ServiceLog service, Findings findings)
    {
        var history = new Dictionary<(string, long), (long Position, int Kind, string EffectiveDate, long RecordedTime, byte[] State)>();
        await using (var command = cluster.Database(Cluster.Worker).CreateCommand(
            $"select resource_name, resource_version, position, kind, effective_date, recorded_time, state from {await progress.ProjectionAsync()}.version where service = $1"))
        {
            command.Parameters.AddWithValue(service.Service);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                if (!history.TryAdd((reader.GetString(0), reader.GetInt64(1)), (reader.GetInt64(2), reader.GetInt32(3), reader.GetString(4), reader.GetInt64(5), (byte[])reader[6])))
                    findings.Duplicated($"history {reader.GetString(0)} {reader.GetInt64(1)}", $"{reader.GetString(0)} v{reader.GetInt64(1)} is twice in the workers' history.");
            }
        }
        foreach (var row in service.Log)
        {
            if (!history.Remove((row.Name, row.Version), out var version))
                findings.Lost(row.RequestId, $"{row} is not in the workers' history.");
            else if (version.Position != row.Position || version.Kind != row.Kind || version.EffectiveDate != row.EffectiveDate
                || version.RecordedTime != (row.RecordedTime - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond || !version.State.AsSpan().SequenceEqual(row.State))
                findings.Differing(row.RequestId, $"The workers' history of {service.Service} tells something else than the log: {row}");
        }
        foreach (var (name, version) in history.Keys)
            findings.Differing($"history {name} {version}", $"The workers' history has {name} v{version}, which is not in the log of {service.Service}.");
    }

    /// <summary>Every change was on the bus, but for those that a wiped broker may have held.</summary>
    /// <returns>How many were excused.</returns>
    public static int CheckBus(ServiceLog service, Tap tap, long excusedPosition, Findings findings)
    {
        var missing = service.Log.Where(row => !tap.HasSeen(row.ChangeId)).ToList();
        foreach (var row in missing.Where(row => row.Position > excusedPosition))
            findings.Lost(row.RequestId, $"{row} was never on the bus.");
        return missing.Count(row => row.Position <= excusedPosition);
    }

    /// <summary>Nothing was on the bus that is in no log.</summary>
    public static void CheckBusForMore(IEnumerable<ServiceLog> logs, Tap tap, Findings findings)
    {
        foreach (var changeId in tap.Seen.Except(logs.SelectMany(log => log.Log).Select(row => row.ChangeId)))
            findings.Differing($"bus {changeId}", $"Change {changeId} was on the bus and is in no service's log.");
    }
}
