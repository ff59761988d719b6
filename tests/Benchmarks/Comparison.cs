using System.Globalization;
using Grpc.Core;
using Npgsql;
using Platform.Commitments;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;
using Platform.Hosting.Store;
using Platform.Meetings;
using Platform.Membership;

namespace Platform.Benchmarks;

/// <summary>
/// One run: every way is measured in every round, one after the other, so that what else the machine does meets all
/// of them; ratios are taken within a round.
/// </summary>
internal static class Comparison
{
    private const double ReadGoal = 0.75;
    private const double WriteGoal = 0.55;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(TimeSpan time, int rounds, bool alternatives, string? only, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        var processes = new List<ServiceProcess>();
        try
        {
            var server = new NpgsqlConnectionStringBuilder(Required("PLATFORM_TEST_POSTGRES"));
            var identity = new IdentityOptions { SigningKeyFile = Path.Combine(folder, "signing.pem") };
            var issuer = new TokenIssuer(identity, TimeProvider.System);
            var officer = new Metadata
            {
                { "authorization", "Bearer " + issuer.Issue(Role.Officer, Rows.Actor, lifetime: TimeSpan.FromHours(12)) },
            };
            foreach (var service in new[] { MembershipModule.Name, MeetingsModule.Name, CommitmentsModule.Name })
            {
                await RunOnServerAsync(server, $"drop database if exists {service} with (force)", cancel);
                await RunOnServerAsync(server, $"create database {service}", cancel);
                await StoreRegistration.MigrateStoreAsync(
                    new ConfigurationBuilder().AddInMemoryCollection([new($"ConnectionStrings:{service}",
                        DatabaseOf(server, service).ConnectionString)]).Build(), service, acceptNewer: false, cancel);
            }

            await Audience.DeclareAsync(new Uri(Required("PLATFORM_TEST_RABBITMQ")), cancel);
            Console.WriteLine("Recording what the measurements read and write to...");
            await using (var platform = await PlatformProcesses.StartAsync(server, identity.SigningKeyFile, cancel))
            {
                await Record.CreateAsync(platform.Membership.Channel.CreateCallInvoker(), platform.Meetings.Channel.CreateCallInvoker(),
                    platform.Commitments.Channel.CreateCallInvoker(), officer, cancel);
                await DrainAsync(server, cancel);
            }
            string[] bare = alternatives ? ["npgsql", "dapper", "ef"] : ["npgsql"];
            foreach (var copy in bare.Append("pgbench"))
            {
                await RunOnServerAsync(server, $"drop database if exists bare_{copy} with (force)", cancel);
                await RunOnServerAsync(server, $"create database bare_{copy} template {CommitmentsModule.Name}", cancel);
                // Bare writes know nothing of positions, so their log numbers its rows by itself, above those of the record.
                await RunOnServerAsync(DatabaseOf(server, $"bare_{copy}"),
                    "alter table change alter column id add generated always as identity (start with 1000000)", cancel);
            }

            await using var measured = await PlatformProcesses.StartAsync(server, identity.SigningKeyFile, cancel);
            var client = new CommitmentsService.CommitmentsServiceClient(measured.Commitments.Channel);
            var reads = new List<Way>
            {
                new("read", "through everything",
                    t => Load.RunAsync(t, async () => await client.GetCommitmentAsync(Record.Read(), officer), cancel)),
            };
            var writes = new List<Way>
            {
                new("write", "through everything",
                    t => Load.RunAsync(t, async () => await client.CreateProgressUpdateAsync(Record.Write(), officer), cancel))
                {
                    After = () => DrainAsync(server, cancel),
                },
                new("write", "pgbench, one round trip",
                    t => PgBench.RunAsync(DatabaseOf(server, "bare_pgbench"), t, new Rows(Record.Write()).State, cancel)),
            };
            foreach (var access in bare)
            {
                var address = ServiceProcess.FreeAddress();
                var process = await ServiceProcess.StartAsync("Platform.Benchmarks", address,
                    ["bare", access, address, DatabaseOf(server, $"bare_{access}").ConnectionString], [], cancel);
                processes.Add(process);
                var bareClient = new CommitmentsService.CommitmentsServiceClient(process.Channel);
                reads.Add(new("read", $"bare handler, {NameOf(access)}",
                    t => Load.RunAsync(t, async () => await bareClient.GetCommitmentAsync(Record.Read()), cancel)));
                writes.Add(new("write", $"bare handler, {NameOf(access)}",
                    t => Load.RunAsync(t, async () => await bareClient.CreateProgressUpdateAsync(Record.Write()), cancel)));
            }
            var readNow = await client.GetCommitmentAsync(Record.Read(), officer, cancellationToken: cancel);
            Console.WriteLine(
                $"A commitment has {readNow.Commitment.CalculateSize()} bytes, a progress update {new Rows(Record.Write()).State.Length}.");

            List<Way> all = [.. only == "write" ? [] : reads, .. only == "read" ? [] : writes];
            // Long enough for the last compilation of everything that is measured.
            Console.WriteLine("Warming up...");
            foreach (var way in all)
                await way.MeasureAsync(WarmUp, keep: false);
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var way in all)
                    await way.MeasureAsync(time, keep: true);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"Round {round}: {string.Join(", ", all.Select(way => way.Last))}"));
            }

            Console.WriteLine();
            Console.WriteLine($"{"",-8}{"",-28}{"answers a second",24}{"",7} |  microseconds of processor time for an answer");
            Console.WriteLine(
                $"{"",-8}{"way",-28}{"median",8}{"lowest",8}{"highest",8}{"ratio",7} "
                    + $"|{"all",6}{"client",8}{"services",10}{"PostgreSQL",12}{"RabbitMQ",10}{"ratio",8}");
            foreach (var way in all)
                way.Print(reads.Contains(way) ? reads[1] : writes[1]);
            Console.WriteLine();
            Console.WriteLine(string.Join(", ",
                new[] { reads[0].Against(reads[1], ReadGoal), writes[0]
                .Against(writes[1], WriteGoal) }.Where(result => result.Length > 0)));
            return 0;
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string NameOf(string access) => access switch
    {
        "npgsql" => "Npgsql",
        "dapper" => "Dapper",
        _ => "EF Core",
    };

    // What the platform does after it has answered belongs to its writes, and must not slow down what is measured next.
    private static async Task DrainAsync(NpgsqlConnectionStringBuilder server, CancellationToken cancel)
    {
        await using var database = NpgsqlDataSource.Create(DatabaseOf(server, CommitmentsModule.Name));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        do
        {
            await using var command = database.CreateCommand(
                "select not exists (select from change_unnumbered) and (select coalesce(max(position), 0) from change_position) = "
                    + "(select position from log_reader where name = 'relay')");
            if (await command.ExecuteScalarAsync(cancel) is true)
                return;
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private static NpgsqlConnectionStringBuilder DatabaseOf(NpgsqlConnectionStringBuilder server, string name) =>
        new(server.ConnectionString)
        {
            Database = name,
        };

    private static async Task RunOnServerAsync(NpgsqlConnectionStringBuilder server, string sql, CancellationToken cancel)
    {
        await using var database = NpgsqlDataSource.Create(server);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable)
        ?? throw new InvalidOperationException($"{variable} is not set. Run bash tests/bench.sh, which starts the servers.");

    /// <summary>The three services, each a process of its own, as in production.</summary>
    private sealed class PlatformProcesses(ServiceProcess membership, ServiceProcess meetings, ServiceProcess commitments)
        : IAsyncDisposable
    {
        public ServiceProcess Membership => membership;

        public ServiceProcess Meetings => meetings;

        public ServiceProcess Commitments => commitments;

        public static async Task<PlatformProcesses> StartAsync(NpgsqlConnectionStringBuilder server, string key, CancellationToken cancel)
        {
            var addresses = new[] { ServiceProcess.FreeAddress(), ServiceProcess.FreeAddress(), ServiceProcess.FreeAddress() };
            Task<ServiceProcess> Start(string program, string service, int number) =>
                ServiceProcess.StartAsync(program, addresses[number], [],
            [
                ("Listen__Address", addresses[number]),
                ("Identity__SigningKeyFile", key),
                ("Logging__LogLevel__Default", "Warning"),
                ("RabbitMq__Uri", Required("PLATFORM_TEST_RABBITMQ")),
                // One officer is all callers here.
                ("Limits__WritesPerMinute", "1000000"),
                ("Services__Membership__Address", addresses[0]),
                ("Services__Meetings__Address", addresses[1]),
                ("Services__Commitments__Address", addresses[2]),
                ($"ConnectionStrings__{service}", DatabaseOf(server, service).ConnectionString),
            ], cancel);
            return new(
                await Start("Platform.Membership", MembershipModule.Name, 0),
                await Start("Platform.Meetings", MeetingsModule.Name, 1),
                await Start("Platform.Commitments", CommitmentsModule.Name, 2));
        }

        public async ValueTask DisposeAsync()
        {
            await commitments.DisposeAsync();
            await meetings.DisposeAsync();
            await membership.DisposeAsync();
        }
    }

    /// <summary>One way to read or to write, with what it reached in each round.</summary>
    private sealed class Way(string kind, string title, Func<TimeSpan, Task<double>> run)
    {
        private readonly List<double> _rates = [];
        private readonly List<ProcessorTime> _costs = [];

        /// <summary>What is waited for after it was measured, and is not part of what was measured.</summary>
        public Func<Task> After { get; init; } = () => Task.CompletedTask;

        public string Last => string.Create(CultureInfo.InvariantCulture, $"{kind} {title} {_rates[^1]:n0}/s");

        public async Task MeasureAsync(TimeSpan time, bool keep)
        {
            var before = ProcessorTime.Read();
            var rate = await run(time);
            await After();
            if (!keep)
                return;
            _rates.Add(rate);
            _costs.Add((ProcessorTime.Read() - before) / (rate * time.TotalSeconds));
        }

        public string Against(Way other, double goal) =>
            _rates.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{kind} {RatioTo(other):0.00} (goal {goal:0.00})");

        public void Print(Way other)
        {
            double Cost(Func<ProcessorTime, double> part) => Median(_costs.Select(part)) * 1e6;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{kind,-8}{title,-28}{Median(_rates),8:n0}{_rates.Min(),8:n0}{_rates.Max(),8:n0}{RatioTo(other),7:0.00} "
                    + $"|{Cost(c => c.Total),6:n0}{Cost(c => c.Client),8:n0}{Cost(c => c.Services),10:n0}"
                    + $"{Cost(c => c.Postgres),12:n0}{Cost(c => c.RabbitMq),10:n0}{CostRatioTo(other),8:0.00}"));
        }

        // The median of the ratios of each round.
        private double RatioTo(Way other) => Median(_rates.Zip(other._rates, (mine, theirs) => mine / theirs));

        // How many of the other's answers cost as much processor time as one of these.
        private double CostRatioTo(Way other) => Median(_costs.Zip(other._costs, (mine, theirs) => theirs.Total / mine.Total));

        private static double Median(IEnumerable<double> values)
        {
            var sorted = values.Order().ToList();
            return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
        }
    }
}
