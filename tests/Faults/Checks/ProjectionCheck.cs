namespace Platform.Faults.Checks;

/// <summary>The workers' history against the change logs, row by row, and the bus against the logs.</summary>
internal static class ProjectionCheck
{
    /// <summary>Everything of the log is in the history as it was written, and nothing else.</summary>
    public static async Task RunAsync(Cluster cluster, Progress progress, ServiceLog service, Findings findings)
    {
        var history = new Dictionary<(string, long), (long Position, int Kind, string EffectiveDate, long RecordTime, byte[] State)>();
        await using (var command = cluster.Database(Cluster.Worker).CreateCommand(
            $"select resource_name, resource_version, position, kind, effective_date, recorded_time, state from "
                + $"{await progress.TableAsync("version")} where service = $1"))
        {
            command.Parameters.AddWithValue(service.Service);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                if (!history.TryAdd((reader.GetString(0), reader.GetInt64(1)),
                    (reader.GetInt64(2), reader.GetInt32(3), reader.GetString(4), reader.GetInt64(5), (byte[])reader[6])))
                {
                    findings.Duplicated($"history {reader.GetString(0)} {reader.GetInt64(1)}", $"{reader.GetString(0)} "
                        + $"v{reader.GetInt64(1)} is twice in the workers' history.");
                }
            }
        }
        foreach (var row in service.Log)
        {
            if (!history.Remove((row.Name, row.Version), out var version))
            {
                findings.Lost(row.RequestId, $"{row} is not in the workers' history.");
            }
            else if (version.Position != row.Position || version.Kind != row.Kind || version.EffectiveDate != row.EffectiveDate
                || version.RecordTime != (row.RecordTime - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond
                    || !version.State.AsSpan().SequenceEqual(row.State))
            {
                findings.Differing(row.RequestId, $"The workers' history of {service.Service} tells something else than the log: {row}");
            }
        }
        foreach (var (name, version) in history.Keys)
        {
            findings.Differing($"history {name} {version}", $"The workers' history has {name} v{version}, which is not in the log of "
                + $"{service.Service}.");
        }
        await CheckNewestAsync(cluster, progress, service, findings);
        await CheckDeadLettersAsync(cluster, progress, service, findings);
    }

    private static async Task CheckNewestAsync(Cluster cluster, Progress progress, ServiceLog service, Findings findings)
    {
        var newest = new Dictionary<string, (long Version, byte[] State)>();
        await using (var command = cluster.Database(Cluster.Worker).CreateCommand(
            $"select resource_name, resource_version, state from {await progress.TableAsync("resource")} where service = $1"))
        {
            command.Parameters.AddWithValue(service.Service);
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                newest.Add(reader.GetString(0), (reader.GetInt64(1), (byte[])reader[2]));
        }
        foreach (var (name, (_, version, state)) in service.Records)
        {
            if (!newest.Remove(name, out var held) || held.Version != version || !held.State.AsSpan().SequenceEqual(state))
            {
                findings.Differing($"newest {name}", $"The workers hold v{held.Version} of {name} as the newest, and {service.Service} "
                    + $"v{version}.");
            }
        }
        foreach (var name in newest.Keys)
            findings.Differing($"newest {name}", $"The workers hold {name}, which {service.Service} does not.");
    }

    // Nothing that was sent is beyond handling: a store that is away is no reason to give a message up.
    private static async Task CheckDeadLettersAsync(Cluster cluster, Progress progress, ServiceLog service, Findings findings)
    {
        await using var command = cluster.Database(Cluster.Worker)
            .CreateCommand($"select resource_name, position, reason, fault from {await progress.TableAsync("dead_letter")} where service "
                + $"= $1");
        command.Parameters.AddWithValue(service.Service);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            findings.Differing($"dead letter {service.Service} {reader.GetInt64(1)}", $"The workers gave up the change of "
                + $"{reader.GetString(0)}: {reader.GetString(2)} {reader.GetString(3)}");
        }
    }

    /// <summary>Every change was on the bus, but for those that a wiped broker may have held.</summary>
    /// <returns>How many were excused.</returns>
    public static async Task<int> CheckBusAsync(ServiceLog service, Tap tap, long excusedPosition, Findings findings)
    {
        if (await tap.PositionsAsync(service.Service) is > 0 and var deadLettered)
        {
            findings.Differing($"error queue {service.Service}", $"{deadLettered} messages of {service.Service} are in the workers' "
                + $"error queue, though none is beyond handling.");
        }
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
