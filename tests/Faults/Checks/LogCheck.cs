namespace Platform.Faults.Checks;

/// <summary>
/// The database of a service in itself, and against what clients were told: nothing half there, nothing missing,
/// nothing twice.
/// </summary>
internal static class LogCheck
{
    public static void Run(ServiceLog service, IEnumerable<Write> writes, Findings findings)
    {
        CheckPositions(service, findings);
        CheckRecords(service, findings);
        var byRequest = service.Log.ToLookup(row => (row.Actor, row.RequestId));
        foreach (var write in writes)
            CheckWrite(service, write, [.. byRequest[(write.Actor, write.RequestId)]], findings);
    }

    private static void CheckPositions(ServiceLog service, Findings findings)
    {
        for (var i = 0; i < service.Log.Count; i++)
        {
            if (service.Log[i].Position != i + 1)
            {
                findings.Differing($"positions of {service.Service}",
                    $"The change log of {service.Service} has {service.Log[i]} where position {i + 1} is expected.");
                return;
            }
        }
    }

    private static void CheckRecords(ServiceLog service, Findings findings)
    {
        var histories = service.Log.GroupBy(row => row.Name).ToDictionary(g => g.Key, g => g.OrderBy(row => row.Version).ToList());
        foreach (var (name, history) in histories)
        {
            if (history.Where((row, i) => row.Version != i + 1).FirstOrDefault() is { } gap)
                findings.Differing(name, $"Its versions are not 1, 2, 3, … in the change log: {gap}");
            // In the order of positions too, or a reader would see the older one last.
            if (!history.Select(row => row.Position).Order().SequenceEqual(history.Select(row => row.Position)))
                findings.Differing(name, $"A later version of it has a lower position in the change log of {service.Service}.");
            var newest = history[^1];
            if (!service.Records.TryGetValue(name, out var record))
                findings.Differing(name, $"It is in the change log of {service.Service} and not among its resources: {newest}");
            else if (record.Version != newest.Version || record.Type != newest.Type || !record.State.AsSpan().SequenceEqual(newest.State))
                findings.Differing(name, $"The resource has version {record.Version} and is not what its newest change says: {newest}");
        }
        foreach (var name in service.Records.Keys.Where(name => !histories.ContainsKey(name)))
            findings.Differing(name, $"It is among the resources of {service.Service} and not in its change log.");
    }

    private static void CheckWrite(ServiceLog service, Write write, LogRow[] rows, Findings findings)
    {
        if (rows.Length > 1)
            findings.Duplicated(write.RequestId, $"{write} is {rows.Length} times in the change log of {service.Service}.");
        if (write.State == WriteState.Refused && rows.Length > 0)
            findings.Differing(write.RequestId, $"{write.Method.Name} was refused and is recorded: {rows[0]}");
        if (write.State != WriteState.Acknowledged)
            return;
        if (rows.Length == 0)
            findings.Lost(write.RequestId, $"{write} is not in the change log of {service.Service}.");
        else if (rows[0].Name != write.Name || rows[0].Version != write.Version || Write.HashOf(rows[0].State) != write.Hash)
            findings.Differing(write.RequestId, $"{write} was answered with other content than was recorded: {rows[0]}");
        if (!service.Records.TryGetValue(write.Name, out var record) || record.Version < write.Version)
            findings.Lost(write.RequestId, $"{write} is not in the resource.");
    }
}
