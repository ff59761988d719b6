using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using Npgsql;
using Platform.Commitments;
using Platform.Common.V1;
using Platform.Hosting.Identity;
using Platform.Hosting.Store;
using Platform.Meetings;
using Platform.Membership;
using Platform.Membership.V1;
using Platform.Reporting;
using Platform.Reporting.V1;

namespace Platform.Benchmarks;

/// <summary>
/// How fast a worker with an empty projection takes in a long change log, and what memory it uses meanwhile. The log
/// is written by SQL; service and worker are processes of their own, as in production.
/// </summary>
internal static class Rebuild
{
    // Each resource was created once and changed three times.
    private const int VersionsOfEach = 4;

    // A name of 21 bytes in front of the same rest: the state of every version in protobuf's binary form.
    private const string Fill = """
        with change_rows as (
            insert into change (id, change_id, resource_name, resource_type, resource_version, kind, effective_date, recorded_time,
                actor, request_id, request_hash, state)
            select i + 1, gen_random_uuid(), name, 'Participant', i / @resources + 1, case when i < @resources then 1 else 2 end,
                '2011-03-09',
                '2026-01-01T00:00:00Z'::timestamptz + i * interval '1 millisecond', 'officer-1', '', ''::bytea,
                '\x0a15'::bytea || convert_to(name, 'UTF8') || @rest
            from (select i, 'participants/b' || lpad((i % @resources)::text, 7, '0') as name from generate_series(0, @changes - 1) i) named
        )
        insert into change_position (position, id) select i, i from generate_series(1, @changes) i;
        update log_reader set position = @changes;
        select setval(pg_get_serial_sequence('change_unnumbered', 'id'), @changes + 1, false);
        analyze;
        """;

    public static async Task<int> RunAsync(int changes, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("platform-bench-").FullName;
        var processes = new List<ServiceProcess>();
        try
        {
            var server = new NpgsqlConnectionStringBuilder(Required("PLATFORM_TEST_POSTGRES")) { CommandTimeout = 600 };
            string[] names = [MembershipModule.Name, MeetingsModule.Name, CommitmentsModule.Name, ReportingModule.Name];
            var settings = new Dictionary<string, string?>
            {
                ["Identity:SigningKeyFile"] = Path.Combine(folder, "signing.pem"),
                ["Logging:LogLevel:Default"] = "Warning",
                ["Logging:LogLevel:Platform.Reporting"] = "Information",
                ["RabbitMq:Uri"] = Required("PLATFORM_TEST_RABBITMQ"),
            };
            var addresses = names.ToDictionary(n => n, _ => ServiceProcess.FreeAddress());
            foreach (var name in names)
            {
                await RunAsync(server, $"drop database if exists {name} with (force)", cancel);
                await RunAsync(server, $"create database {name}", cancel);
                settings[$"ConnectionStrings:{name}"] = DatabaseOf(server, name).ConnectionString;
                settings[$"Services:{name}:Address"] = addresses[name];
            }
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
            foreach (var name in names.SkipLast(1))
                await StoreRegistration.MigrateStoreAsync(configuration, name, acceptNewer: false, cancel);
            await ReportingModule.MigrateAsync(configuration, acceptNewer: false, cancel);

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Writing a log of {changes:n0} changes..."));
            var rest = new Participant
            {
                EffectiveDate = "2011-03-09",
                Kind = ParticipantKind.State,
                IsoCode = "XYZ",
                Names = { new DatedName { Text = "Republic of Examples and Measurements", Kind = NameKind.Official },
                    new DatedName { Text = "Examples", Kind = NameKind.Official } },
                Sources = { new SourceReference { Document = "documents/ahg-som-4", Paragraph = "\u00b62" } },
            }.ToByteArray();
            await RunAsync(DatabaseOf(server, MembershipModule.Name), Fill, cancel, ("resources", changes / VersionsOfEach),
                ("changes", changes), ("rest", rest));

            async Task<ServiceProcess> StartAsync(string program, string name)
            {
                var process = await ServiceProcess.StartAsync(program, addresses[name], [],
                    [.. settings.Select(s => (s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value!)),
                        ("Listen__Address", addresses[name])], cancel);
                processes.Add(process);
                return process;
            }
            await StartAsync("Platform.Membership", MembershipModule.Name);
            await StartAsync("Platform.Meetings", MeetingsModule.Name);
            await StartAsync("Platform.Commitments", CommitmentsModule.Name);
            var start = Stopwatch.GetTimestamp();
            var worker = await StartAsync("Platform.Reporting", ReportingModule.Name);
            var identity = new IdentityOptions { SigningKeyFile = settings["Identity:SigningKeyFile"]! };
            var headers = new Metadata
            {
                { "authorization", $"Bearer {new TokenIssuer(identity, TimeProvider.System).Issue(Role.Operator, "operator-1")}" },
            };
            await WatchAsync(new ReportingService.ReportingServiceClient(worker.Channel), headers, worker, start, changes, cancel);
            return 0;
        }
        finally
        {
            foreach (var process in Enumerable.Reverse(processes))
                await process.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WatchAsync(ReportingService.ReportingServiceClient client, Metadata headers, ServiceProcess worker,
        long start, int changes, CancellationToken cancel)
    {
        Console.WriteLine("    changes   seconds   a second   worker's memory now, at most (MB)");
        int[] stops = [10, 25, 50, 75, 100];
        var next = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (next < stops.Length && await timer.WaitForNextTickAsync(cancel))
        {
            var answer = await client.GetConsumedPositionsAsync(new(), headers, cancellationToken: cancel);
            var position = answer.ConsumedPositions.Single(p => p.Service == MembershipModule.Name).Position;
            if (position < changes / 100L * stops[next])
                continue;
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var (now, most) = worker.Memory;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{position,11:n0}{seconds,10:n1}{position / seconds,11:n0}{now / 1e6,14:n0}{most / 1e6,10:n0}"));
            while (next < stops.Length && position >= changes / 100L * stops[next])
                next++;
        }
    }

    private static NpgsqlConnectionStringBuilder DatabaseOf(NpgsqlConnectionStringBuilder server, string name) =>
        new(server.ConnectionString)
        {
            Database = name,
        };

    private static async Task RunAsync(NpgsqlConnectionStringBuilder server, string sql, CancellationToken cancel,
        params (string Name, object Value)[] values)
    {
        await using var database = NpgsqlDataSource.Create(server);
        await using var command = database.CreateCommand(sql);
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static string Required(string variable) => Environment.GetEnvironmentVariable(variable)
        ?? throw new InvalidOperationException($"{variable} is not set. Run bash tests/bench.sh, which starts the servers.");
}
