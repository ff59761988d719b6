using ClosedXML.Excel;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Platform.Hosting.Identity;
using Platform.Processes;

namespace Platform.Faults.Checks;

/// <summary>
/// The writes of the run once more, in the order in which they were recorded, on a platform without faults: in one
/// process, on SQLite and a bus in memory. Resources, what lists filter by, and the report must come out the same.
/// </summary>
internal static class ReportCheck
{
    public static async Task RunAsync(Cluster cluster, IReadOnlyList<ServiceLog> logs, IReadOnlyCollection<Write> writes, Findings findings)
    {
        await using var quiet = await PlatformProcess.StartAsync();
        await RepeatAsync(quiet, logs, writes, findings);
        foreach (var log in logs)
            await CompareStoresAsync(cluster, quiet, log, findings);
        var disturbed = await ReportAsync(cluster.Folder, "disturbed", cluster.Connection);
        var undisturbed = await ReportAsync(cluster.Folder, "undisturbed", quiet.Connection);
        foreach (var cell in disturbed.Keys.Union(undisturbed.Keys).Order(StringComparer.Ordinal))
        {
            var (one, other) = (disturbed.GetValueOrDefault(cell, ""), undisturbed.GetValueOrDefault(cell, ""));
            if (one != other)
            {
                findings.Differing($"report {cell}", $"The report of the run says \"{one}\", and that of the same writes without faults "
                    + $"\"{other}\".");
            }
        }
    }

    private static async Task RepeatAsync(PlatformProcess quiet, IReadOnlyList<ServiceLog> logs, IReadOnlyCollection<Write> writes,
        Findings findings)
    {
        var byRequest = writes.ToDictionary(w => (w.Actor, w.RequestId));
        var issuer = new TokenIssuer(new IdentityOptions { SigningKeyFile = Path.Combine(quiet.Folder, "signing-key.pem") },
            TimeProvider.System);
        var headers = writes.Select(w => w.Actor).Distinct()
            .ToDictionary(a => a, a => Calls.HeadersOf(issuer.Issue(Role.Officer, a, lifetime: TimeSpan.FromHours(8))));
        foreach (var row in logs.SelectMany(log => log.Log).OrderBy(row => row.RecordTime))
        {
            if (!byRequest.TryGetValue((row.Actor, row.RequestId), out var write))
            {
                findings.Differing(row.RequestId, $"{row} is in the change log, and no client has written it.");
                continue;
            }
            try
            {
                var answer = await quiet.Channel.Unary(write.Method, write.ParseRequest(),
                    new CallOptions(headers[row.Actor], DateTime.UtcNow.AddSeconds(30)));
                var record = Calls.RecordOf(answer);
                if (record.Name != row.Name || record.Version != row.Version)
                {
                    findings.Differing(row.RequestId, $"{row} became {record.Name} v{record.Version} when the writes were repeated in "
                        + $"the order of the log.");
                }
            }
            catch (RpcException e)
            {
                findings.Differing(row.RequestId, $"{row} was refused when the writes were repeated in the order of the log: {e.Status}");
            }
        }
    }

    private static async Task CompareStoresAsync(Cluster cluster, PlatformProcess quiet, ServiceLog log, Findings findings)
    {
        await using var file = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(quiet.Folder,
            $"{log.Service}.db"),
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false
        }.ConnectionString);
        await file.OpenAsync();
        var records = new Dictionary<string, byte[]>();
        await foreach (var row in RowsAsync(file, "select name, state from record"))
            records.Add((string)row[0], (byte[])row[1]);
        var parsers = log.Records.Values.Select(r => r.Type).Distinct()
            .ToDictionary(t => t, t => Calls.ServiceOf(log.Service).FindMethodByName($"Create{t}").OutputType.Fields[1].MessageType.Parser);
        foreach (var (name, (type, _, state)) in log.Records)
        {
            if (!records.Remove(name, out var quietState) || !WithoutMoment(parsers[type], state)
                .Equals(WithoutMoment(parsers[type], quietState)))
            {
                findings.Differing(name, $"It has other content than the same writes give without faults, in {log.Service}.");
            }
        }
        var keys = new HashSet<string>();
        await foreach (var row in RowsAsync(file, "select type, key, value, name from record_key"))
            keys.Add(string.Join('|', row));
        var disturbed = new HashSet<string>();
        await using (var connection = await cluster.Database(log.Service).OpenConnectionAsync())
        {
            await foreach (var row in RowsAsync(connection, "select type, key, value, name from record_key"))
                disturbed.Add(string.Join('|', row));
        }
        keys.SymmetricExceptWith(disturbed);
        foreach (var key in keys)
        {
            findings.Differing($"key {key}", $"What lists filter by is {(disturbed.Contains(key) ? "there" : "missing")} in "
                + $"{log.Service}, other than the same writes give without faults.");
        }
    }

    private static IMessage WithoutMoment(MessageParser parser, byte[] state)
    {
        var record = (IResource)parser.ParseFrom(state);
        record.RecordTime = null!;
        return record;
    }

    private static async IAsyncEnumerable<object[]> RowsAsync(System.Data.Common.DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            yield return row;
        }
    }

    // Every cell but those that say when the report was known, which differs from run to run.
    private static async Task<Dictionary<string, string>> ReportAsync(string folder, string name, string[] connection)
    {
        var file = Path.Combine(folder, $"{name}.xlsx");
        (await RunningProcess.RunPlatformAsync([
            "report", "--name", "reports/faults", "--title", "Progress under faults", "--base", World.BaseMeeting, "--target",
                World.TargetMeeting,
            "--as-of", World.ReportDay, "--out", file, .. connection])).Succeeded();
        using var workbook = new XLWorkbook(file);
        return workbook.Worksheets.SelectMany(sheet => sheet.CellsUsed()
            .Select(cell => ($"{sheet.Name}!{cell.Address}", cell.GetFormattedString())))
            .Where(cell => !cell.Item2.EndsWith(" UTC", StringComparison.Ordinal))
            .ToDictionary(cell => cell.Item1, cell => cell.Item2);
    }
}
