using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Platform.Benchmarks;

/// <summary>
/// PostgreSQL's own load generator, writing the rows of one progress update: the same tables with the same indexes
/// and references, values of the same size, 64 clients, prepared statements.
/// </summary>
/// <remarks>
/// A pipeline, and not statements joined by <c>\;</c>: those are sent as text and planned every time, because the
/// protocol prepares one statement at a time. A pipeline sends prepared statements in one round trip and one
/// transaction, which is also what Npgsql does with a batch.
/// </remarks>
internal static partial class PgBench
{
    private const string Script = """
        \set commitment random(1, 1000)
        \set id random(1000000000000000000, 9000000000000000000)
        \startpipeline
        insert into record (name, type, parent, version, state)
            values (:parent || (:commitment)::text || '/progressUpdates/u' || (:id)::text, :type, :parent || (:commitment)::text, 1,
            :state);
        insert into change (change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time, actor,
            request_id, request_hash, state) values (gen_random_uuid(),
            :parent || (:commitment)::text || '/progressUpdates/u' || (:id)::text, :type, 1, 1, :date, now(), :actor,
            '8f0c2a6e-5d1b-4c' || (:id)::text, :hash, :state);
        insert into record_key (type, key, value, name) values (:type, 'reported-for', :reported,
            :parent || (:commitment)::text || '/progressUpdates/u' || (:id)::text), (:type, 'parent', :parent || (:commitment)::text,
            :parent || (:commitment)::text || '/progressUpdates/u' || (:id)::text);
        \endpipeline
        """;

    /// <summary>Transactions a second.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="time">How long.</param>
    /// <param name="state">The resource as it is stored.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<double> RunAsync(NpgsqlConnectionStringBuilder connection, TimeSpan time, byte[] state,
        CancellationToken cancel)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script, cancel);
            var start = new ProcessStartInfo("pgbench") { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["PGPASSWORD"] = connection.Password;
            foreach (var argument in new[]
            {
                "-n", "-M", "prepared", "-j", "2", "-c", Load.InFlight.ToString(CultureInfo.InvariantCulture),
                "-T", Math.Ceiling(time.TotalSeconds).ToString(CultureInfo.InvariantCulture), "-f", script,
                "-h", connection.Host!, "-p", connection.Port.ToString(CultureInfo.InvariantCulture), "-U", connection.Username!,
                "-D", $"state=\\x{Convert.ToHexStringLower(state)}", "-D", $"hash=\\x{new string('0', 64)}", "-D", $"type={Rows.Type}",
                "-D", $"parent={Record.Commitment("")}", "-D", $"reported={Record.Participant}", "-D", $"actor={Rows.Actor}", "-D",
                    $"date={Record.Date}",
                connection.Database!,
            })
            {
                start.ArgumentList.Add(argument);
            }
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var errors = process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            var found = Rate().Match(await output);
            return process.ExitCode == 0 && found.Success
                ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"pgbench failed: {await errors}");
        }
        finally
        {
            File.Delete(script);
        }
    }

    [GeneratedRegex(@"^tps = ([0-9.]+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();
}
