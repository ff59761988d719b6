using System.Globalization;

namespace Platform.Benchmarks;

/// <summary>
/// The processor time that everything started by tests/bench.sh has used so far: what an answer costs, whatever else
/// the machine does meanwhile.
/// </summary>
/// <param name="Client">The measuring process, or pgbench.</param>
/// <param name="Services">The gRPC servers, with what they do after they have answered.</param>
/// <param name="Postgres">PostgreSQL.</param>
/// <param name="RabbitMq">RabbitMQ.</param>
internal readonly record struct ProcessorTime(double Client, double Services, double Postgres, double RabbitMq)
{
    // USER_HZ of every Linux on which .NET runs.
    private const double TicksPerSecond = 100;

    public double Total => Client + Services + Postgres + RabbitMq;

    public static ProcessorTime operator -(ProcessorTime after, ProcessorTime before) =>
        new(after.Client - before.Client, after.Services - before.Services, after.Postgres - before.Postgres,
            after.RabbitMq - before.RabbitMq);

    public static ProcessorTime operator /(ProcessorTime time, double count) =>
        new(time.Client / count, time.Services / count, time.Postgres / count, time.RabbitMq / count);

    /// <summary>Reads it, in seconds.</summary>
    public static ProcessorTime Read()
    {
        var all = Directory.EnumerateDirectories("/proc").Select(folder => Stat.Of(Path.GetFileName(folder))).OfType<Stat>()
            .ToDictionary(s => s.Process);
        // The script's processes: ours, the servers, and theirs.
        var root = all[Environment.ProcessId].Parent;
        var sum = default(ProcessorTime);
        foreach (var stat in all.Values.Where(s => IsBelow(s, root)))
        {
            sum = stat.Name switch
            {
                "postgres" => sum with { Postgres = sum.Postgres + stat.Seconds },
                "dotnet" when stat.Process != Environment.ProcessId => sum with { Services = sum.Services + stat.Seconds },
                // The measuring process has the time of the pgbench runs that ended.
                "dotnet" or "pgbench" => sum with { Client = sum.Client + stat.Seconds },
                _ => sum with { RabbitMq = sum.RabbitMq + stat.Seconds },
            };
        }
        return sum;

        bool IsBelow(Stat stat, int ancestor)
        {
            for (var current = stat; all.TryGetValue(current.Parent, out var parent); current = parent)
            {
                if (current.Parent == ancestor)
                    return true;
            }
            return false;
        }
    }

    /// <summary>A line of /proc/PID/stat; the time includes that of children that ended.</summary>
    private sealed record Stat(int Process, string Name, int Parent, double Seconds)
    {
        public static Stat? Of(string process)
        {
            if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                return null;
            try
            {
                var line = File.ReadAllText($"/proc/{process}/stat");
                var (open, close) = (line.IndexOf('('), line.LastIndexOf(')'));
                // After the name: state, parent, …; utime, stime, cutime and cstime are fields 14 to 17 of the line.
                var fields = line[(close + 2)..].Split(' ');
                var ticks = fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture));
                return new(id, line[(open + 1)..close], int.Parse(fields[1], CultureInfo.InvariantCulture), ticks / TicksPerSecond);
            }
            catch (IOException)
            {
                // It ended while its turn came.
                return null;
            }
        }
    }
}
