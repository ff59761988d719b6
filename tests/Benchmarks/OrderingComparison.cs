using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Platform.Benchmarks;

/// <summary>
/// One run over the ways to order a change log. Every way is measured in every round, and every run of a reader is
/// also a test of its way: it ends with an error if a change was missed, read twice or out of order.
/// </summary>
internal static class OrderingComparison
{
    private const int ModerateRate = 500;
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(TimeSpan time, int rounds, CancellationToken cancel)
    {
        var server = new NpgsqlConnectionStringBuilder(Environment.GetEnvironmentVariable("PLATFORM_TEST_POSTGRES")
            ?? throw new InvalidOperationException(
                "PLATFORM_TEST_POSTGRES is not set. Run bash tests/bench.sh --ordering, which starts the server."));
        await using var elsewhere = NpgsqlDataSource.Create(server);
        foreach (var sql in new[] { "drop database if exists ordering with (force)", "create database ordering" })
        {
            await using var command = elsewhere.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancel);
        }
        var ways = new List<Measured>();
        try
        {
            foreach (var way in Ordering.All)
                ways.Add(new(await OrderingLog.CreateAsync(way, new(server.ConnectionString) { Database = "ordering" }, cancel)));
            Console.WriteLine("Warming up...");
            foreach (var way in ways)
                await way.WriteAsync(time, keep: false, cancel);
            for (var round = 1; round <= rounds; round++)
            {
                // Another begins each time, so that what slowly changes on the machine favours none.
                foreach (var way in ways.Skip(round % ways.Count).Concat(ways.Take(round % ways.Count)))
                    await way.WriteAsync(time, keep: true, cancel);
                foreach (var way in ways)
                    await way.FollowAsync(time, cancel);
                Console.WriteLine($"Round {round}: {string.Join(", ", ways.Select(way => way.Last))}");
            }
            foreach (var way in ways)
                await way.HoldAsync(elsewhere, cancel);

            Console.WriteLine();
            Console.WriteLine("write: 64 writers and a reader that looks every 20 ms; ratio to the first way, of the same round");
            Console.WriteLine($"lag: from the answer of a write to its being read, at {ModerateRate} writes a second");
            Console.WriteLine(
                $"held: the longest write / the longest lag while a transaction is open for {Hold.TotalSeconds} s that has written a "
                    + $"change / that has done so in another database");
            Console.WriteLine("size: of all tables, after a vacuum after every round; page: reading 500 changes");
            Console.WriteLine();
            Console.WriteLine(
                $"{"",-9}|{"writes/s",9}{"ratio",6}{"lowest",7}{"highest",8} |{"µs of PostgreSQL",17}{"WAL bytes",10} "
                    + $"|{"lag ms",7}{"99 %",5} |{"held s",12}{"elsewhere",12} |{"bytes",6}{"vacuum ms",10} |{"page ms",8} |{"missed",7}");
            foreach (var way in ways)
                await way.PrintAsync(ways[0], cancel);
            Console.WriteLine();
            Console.WriteLine(
                $"writes against {Ordering.Identity.Name}: {string.Join(", ", ways.Skip(1).Select(way => way.Against(ways[0])))}; "
                    + $"{ways[^1].Against(ways[^2])} of {ways[^2].Log.Way.Name}");
            return 0;
        }
        finally
        {
            foreach (var way in ways)
                await way.Log.DisposeAsync();
        }
    }

    /// <summary>Starts writes at a fixed rate, whether or not the earlier ones were answered.</summary>
    private static async Task WriteModeratelyAsync(OrderingLog log, TimeSpan time, CancellationToken cancel)
    {
        var writes = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < time; await timer.WaitForNextTickAsync(cancel))
        {
            while (writes.Count < clock.Elapsed.TotalSeconds * ModerateRate)
                writes.Add(log.WriteAsync(cancel));
        }
        await Task.WhenAll(writes);
    }

    /// <summary>Has a transaction open in another database of the server.</summary>
    private static async Task HoldElsewhereAsync(NpgsqlDataSource elsewhere, CancellationToken cancel)
    {
        await using var connection = await elsewhere.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var take = new NpgsqlCommand("select pg_current_xact_id()", connection, transaction))
            await take.ExecuteScalarAsync(cancel);
        await Task.Delay(Hold, cancel);
        await transaction.CommitAsync(cancel);
    }

    private static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

    private static double Percentile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)(part * (sorted.Count - 1))];
    }

    /// <summary>A way with what was measured of it.</summary>
    private sealed class Measured(OrderingLog log)
    {
        private readonly List<double> _rates = [];
        private readonly List<double> _processorTimes = [];
        private readonly List<double> _written = [];
        private readonly List<double> _lags = [];
        private readonly List<double> _vacuums = [];
        private string _held = "";

        public OrderingLog Log => log;

        public string Last => string.Create(CultureInfo.InvariantCulture, $"{log.Way.Name} {_rates[^1]:n0}/s");

        /// <summary>As many writes as it can do while a reader follows.</summary>
        public async Task WriteAsync(TimeSpan time, bool keep, CancellationToken cancel)
        {
            var (committed, processors, written) = (log.Committed, ProcessorTime.Read(), await log.LogWrittenAsync(cancel));
            var writing = Load.RunAsync(time, () => log.WriteAsync(cancel), cancel);
            await log.FollowAsync(writing, cancel);
            var count = log.Committed - committed;
            if (keep)
            {
                _rates.Add(await writing);
                _processorTimes.Add((ProcessorTime.Read() - processors).Postgres / count * 1e6);
                _written.Add((double)(await log.LogWrittenAsync(cancel) - written) / count);
            }
            var vacuum = Stopwatch.StartNew();
            await log.VacuumAsync(cancel);
            if (keep)
                _vacuums.Add(vacuum.Elapsed.TotalMilliseconds);
        }

        /// <summary>A moderate rate of writes while a reader follows.</summary>
        public async Task FollowAsync(TimeSpan time, CancellationToken cancel)
        {
            await log.FollowAsync(WriteModeratelyAsync(log, time, cancel), cancel);
            _lags.AddRange(log.Lags.Select(lag => lag.TotalMilliseconds));
        }

        /// <summary>The same while a transaction is open for long, in this log and elsewhere.</summary>
        public async Task HoldAsync(NpgsqlDataSource elsewhere, CancellationToken cancel)
        {
            foreach (var hold in new Func<Task>[] { () => log.WriteSlowlyAsync(Hold, cancel), () => HoldElsewhereAsync(elsewhere, cancel) })
            {
                await log.FollowAsync(Task.WhenAll(hold(), WriteModeratelyAsync(log, Hold, cancel)), cancel);
                _held += string.Create(CultureInfo.InvariantCulture,
                    $"{$"{log.Waits.Max().TotalSeconds:0.00} / {log.Lags.Max().TotalSeconds:0.00}",12}");
            }
        }

        public async Task PrintAsync(Measured first, CancellationToken cancel)
        {
            var ratios = RatiosTo(first);
            var pages = await log.ReadAgainAsync(cancel);
            var size = await log.SizeAsync(cancel) / log.Committed;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{log.Way.Name,-9}|{Median(_rates),9:n0}{Median(ratios),6:0.00}{ratios.Min(),7:0.00}{ratios.Max(),8:0.00} "
                    + $"|{Median(_processorTimes),17:n0}{Median(_written),10:n0} |{Median(_lags),7:n0}{Percentile(_lags, 0.99),5:n0} "
                    + $"|{_held} |{size,6:n0}{Median(_vacuums),10:n0} |{Median(pages.Select(p => p.TotalMilliseconds)),8:0.0} "
                    + $"|{log.Missed,7}"));
        }

        public string Against(Measured first) =>
            string.Create(CultureInfo.InvariantCulture, $"{log.Way.Name} {Median(RatiosTo(first)):0.00}");

        private List<double> RatiosTo(Measured first) => _rates.Zip(first._rates, (mine, theirs) => mine / theirs).ToList();
    }
}
