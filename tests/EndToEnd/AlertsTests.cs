using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Grpc.Core;
using Grpc.Net.Client;
using Npgsql;
using Platform.Commands;
using Platform.Hosting.Identity;
using Platform.Membership.V1;
using Platform.Processes;
using Platform.Reporting.V1;

namespace Platform.EndToEnd.Tests;

/// <summary>
/// Every alert, fired by a fault in a real platform and cleared when the fault is mended: a real Prometheus with the alerts as they
/// are deployed, and a real Alertmanager, which tells of them. Prometheus looks every second and the alerts' windows are a twentieth
/// as long, so that the test is; what counts as a fault is unchanged. With the windows as deployed <c>promtool</c> checks the alerts
/// in <c>tests/Architecture</c>.
/// </summary>
public sealed partial class AlertsTests
{
    private const int Shorter = 20;
    private static readonly string[] Services = ["membership", "meetings", "commitments", "reporting"];

    // Far more than the minute after which a relay or a worker that stands still is told of.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2.5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alerts_OfPlantedFaults_FireAndClearWhenTheyAreMended()
    {
        await using var platform = await DistributedPlatform.PrepareAsync();
        using var broker = new Proxy(LoopbackPorts.Free(), platform.VirtualHost.Port);
        platform.Set("RabbitMq:Uri", new UriBuilder(platform.VirtualHost) { Port = broker.Port }.Uri.AbsoluteUri);
        platform.Set("ChangeFeed:UnreadLimit", "00:00:01");
        var health = Services.Append("with-tls").ToDictionary(s => s, _ => LoopbackPorts.Free());
        foreach (var service in Services)
            platform.SetOf(service, "Health:Address", $"http://127.0.0.1:{health[service]}");
        var token = Path.Combine(platform.Folder, "service-token");
        WriteToken(TimeSpan.FromHours(1));
        platform.SetOf("reporting", "Identity:ServiceTokenFile", token);
        await platform.StartProcessesAsync();
        WriteCertificate(TimeSpan.FromDays(90));
        await using var withTls = RunningProcess.Start(Repository.Program("services/Membership", "Platform.Membership.dll"),
            new Dictionary<string, string>(platform.Settings)
            {
                ["Listen:Address"] = $"https://127.0.0.1:{LoopbackPorts.Free()}",
                ["Kestrel:Certificates:Default:Path"] = Path.Combine(platform.Folder, "certificate.pem"),
                ["Kestrel:Certificates:Default:KeyPath"] = Path.Combine(platform.Folder, "key.pem"),
                ["Health:Address"] = $"http://127.0.0.1:{health["with-tls"]}",
            });
        await RecordBodiesAsync(platform);
        using var toMembership = GrpcChannel.ForAddress(platform.Address("membership"));
        using var toReporting = GrpcChannel.ForAddress(platform.Address("reporting"));
        var membership = new MembershipService.MembershipServiceClient(toMembership);
        var headers = PlatformProcess.HeaderOf(platform.Folder, Role.Officer);

        await using var watch = new Watch(platform.Folder, health.Values, Shorten);
        await watch.IsCalmAsync();

        // What needs the broker or a service comes before these are taken away.
        await TestServers.SendAsync(platform.VirtualHost.AbsolutePath[1..], "reporting-meetings", "unreadable"u8.ToArray());
        await new ReportingService.ReportingServiceClient(toReporting).CreateReportAsync(new()
        {
            Report = new() { Name = "reports/fails", Title = "Of nothing", BaseMeeting = "meetings/none" },
        }, headers, cancellationToken: Cancel);
        await watch.HaveFiredAsync("DeadLetters", "ReportsFail");

        WriteToken(TimeSpan.FromMinutes(4));
        WriteCertificate(TimeSpan.FromDays(3));
        // Nobody reads what these are sent.
        var followers = Enumerable.Range(0, 12)
            .Select(_ => membership.FollowChanges(new() { FromBeginning = true }, headers, cancellationToken: Cancel)).ToList();
        await watch.HaveFiredAsync("FeedsCut");
        broker.Refuse("alerts");
        var meetings = new NpgsqlConnectionStringBuilder(platform.ConnectionTo("meetings")).Database;
        // The worker takes nothing in, and calls wait for a table until they are over.
        var projection = ServedPlatform.Projection.Split('.')[1];
        await using (await LockAsync(platform.ConnectionTo("reporting"), $"{projection}.version in share mode"))
        {
            await membership.CreateBodyAsync(BodyOf("waits"), headers, cancellationToken: Cancel);
            await using (await LockAsync(platform.ConnectionTo("membership"), "record in access exclusive mode"))
            {
                await platform.KillAsync("commitments");
                await TestServers.RunAsync($"alter database {meetings} with allow_connections false");
                await TestServers.RunAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{meetings}'");
                using var fired = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
                var calling = CallInVainAsync(membership, headers, fired.Token);
                await watch.HaveFiredAsync([.. watch.Names]);
                await fired.CancelAsync();
                await calling;
            }
        }

        await TestServers.RunAsync($"alter database {meetings} with allow_connections true");
        platform.Start("commitments");
        broker.Accept("alerts");
        followers.ForEach(f => f.Dispose());
        WriteToken(TimeSpan.FromHours(1));
        WriteCertificate(TimeSpan.FromDays(90));
        await DiscardAsync(platform);
        await watch.HaveClearedAsync();

        void WriteToken(TimeSpan lifetime) =>
            File.WriteAllText(token, PlatformProcess.IssuerOf(platform.Folder).IssueForService("reporting", lifetime));

        void WriteCertificate(TimeSpan lifetime)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
                .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow + lifetime);
            File.WriteAllText(Path.Combine(platform.Folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(Path.Combine(platform.Folder, "certificate.pem"), certificate.ExportCertificatePem());
        }
    }

    // More than a connection holds of what nobody reads.
    private static async Task RecordBodiesAsync(DistributedPlatform platform)
    {
        var folder = Directory.CreateDirectory(Path.Combine(platform.Folder, "record")).FullName;
        var entries = new StringBuilder("records:\n");
        var mandate = string.Join(' ', Enumerable.Repeat("cooperation", 150));
        for (var i = 0; i < 400; i++)
        {
            entries.Append(CultureInfo.InvariantCulture, $"- body: {{name: bodies/b-{i}, kind: working_group, mandate: {mandate}, "
                + $"names: [{{text: Body {i}, kind: official}}]}}\n");
        }
        await File.WriteAllTextAsync(Path.Combine(folder, "entries.yaml"), entries.ToString());
        (await PlatformCommand.RunAsync(["import", folder, .. platform.Connection])).Succeeded();
    }

    private static CreateBodyRequest BodyOf(string id) => new()
    {
        Body = new()
        {
            Name = $"bodies/{id}",
            Kind = BodyKind.WorkingGroup,
            Names = { new DatedName { Text = id, Kind = NameKind.Official } },
        },
    };

    // Held until the connection is closed.
    private static async Task<NpgsqlConnection> LockAsync(string database, string table)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand($"begin; lock table {table}", connection);
        await command.ExecuteNonQueryAsync(Cancel);
        return connection;
    }

    private static async Task CallInVainAsync(MembershipService.MembershipServiceClient membership, Metadata headers,
        CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                await membership.GetBodyAsync(new() { Name = "bodies/b-1" }, headers, DateTime.UtcNow.AddSeconds(2), enough);
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Cancelled)
            {
                // As it has to be.
            }
        }
    }

    private static async Task DiscardAsync(DistributedPlatform platform)
    {
        var listed = "";
        await Eventually.IsTrueAsync(async () =>
        {
            var result = await PlatformCommand.RunAsync(["dead-letters", "list", "--json", .. platform.Connection]);
            listed = result.Output;
            return result.ExitCode == 0;
        });
        using var letters = JsonDocument.Parse(listed);
        foreach (var letter in letters.RootElement.EnumerateArray())
        {
            (await PlatformCommand.RunAsync(["dead-letters", "discard", letter.GetProperty("name").GetString()!, "--reason",
                "Planted by a test.", .. platform.Connection])).Succeeded();
        }
    }

    private static string Shorten(string rules) => Window().Replace(rules, window =>
    {
        var seconds = int.Parse(window.Groups[2].Value, CultureInfo.InvariantCulture) * (window.Groups[3].Value == "m" ? 60 : 1);
        return $"{window.Groups[1].Value}{seconds / Shorter}s";
    });

    [GeneratedRegex("(for: |\\[)([0-9]+)([ms])\\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Window();

    /// <summary>Prometheus, Alertmanager, and whom that tells.</summary>
    private sealed partial class Watch : IAsyncDisposable
    {
        // What was last said of an alert and its labels: one of several services can be in order again.
        private readonly ConcurrentDictionary<(string Name, string Labels), string> _told = new();
        private readonly HttpReceiver _receiver;
        private readonly RunningProcess _alertmanager;
        private readonly RunningProcess _prometheus;
        private readonly HttpClient _http = new();
        private readonly int _port = LoopbackPorts.Free();
        private readonly int _targets;

        public Watch(string folder, IReadOnlyCollection<int> targets, Func<string, string> shorten)
        {
            _targets = targets.Count;
            _receiver = new HttpReceiver((_, body) => Hear(body));
            var rules = File.ReadAllText(Path.Combine(Repository.Root, "deploy/monitoring/alerts.yaml"));
            Names = [.. NameOfAlert().Matches(rules).Select(m => m.Groups[1].Value)];
            File.WriteAllText(Path.Combine(folder, "alerts.yaml"), shorten(rules));
            var alertmanagerPort = LoopbackPorts.Free();
            // JSON is YAML.
            Write(folder, "alertmanager.yaml", new
            {
                route = new { receiver = "test", group_by = new[] { "alertname" }, group_wait = "0s", group_interval = "1s" },
                receivers = new[] { new { name = "test", webhook_configs = new[] { new { url = _receiver.Address } } } },
            });
            Write(folder, "prometheus.yaml", new
            {
                global = new { scrape_interval = "1s", evaluation_interval = "1s" },
                rule_files = new[] { "alerts.yaml" },
                alerting = new { alertmanagers = new[] { new { static_configs = Targets(alertmanagerPort) } } },
                scrape_configs = new[] { new { job_name = "platform", static_configs = Targets([.. targets]) } },
            });
            _alertmanager = RunningProcess.StartCommand("prometheus-alertmanager", $"--config.file={folder}/alertmanager.yaml",
                $"--storage.path={folder}/alertmanager", $"--web.listen-address=127.0.0.1:{alertmanagerPort}",
                "--cluster.listen-address=");
            _prometheus = RunningProcess.StartCommand("prometheus", $"--config.file={folder}/prometheus.yaml",
                $"--storage.tsdb.path={folder}/prometheus", $"--web.listen-address=127.0.0.1:{_port}");
        }

        /// <summary>The alerts that are deployed.</summary>
        public IReadOnlyList<string> Names { get; }

        /// <summary>Waits until every process is seen, and nothing is wrong with a platform in order.</summary>
        public async Task IsCalmAsync()
        {
            Assert.True(await Eventually.HoldsAsync(Patience, async () => await CountAsync("up == 1") == _targets
                && await CountAsync("platform_ready == 1") >= _targets && await CountAsync("ALERTS") == 0), await ReportAsync());
            Assert.Empty(_told);
        }

        public async Task HaveFiredAsync(params string[] alerts) => Assert.True(
            await Eventually.HoldsAsync(Patience, () => Task.FromResult(alerts.All(a => _told.Keys.Any(t => t.Name == a)))),
            $"{string.Join(", ", alerts.Except(_told.Keys.Select(t => t.Name)))} did not fire. {await ReportAsync()}");

        public async Task HaveClearedAsync() => Assert.True(
            await Eventually.HoldsAsync(Patience, () => Task.FromResult(_told.Values.All(t => t == "resolved"))),
            $"Not everything cleared. {await ReportAsync()}");

        public async ValueTask DisposeAsync()
        {
            await _prometheus.DisposeAsync();
            await _alertmanager.DisposeAsync();
            await _receiver.DisposeAsync();
            _http.Dispose();
        }

        private void Hear(byte[] notification)
        {
            using var heard = JsonDocument.Parse(notification);
            foreach (var alert in heard.RootElement.GetProperty("alerts").EnumerateArray())
            {
                var labels = alert.GetProperty("labels");
                _told[(labels.GetProperty("alertname").GetString()!, labels.GetRawText())] = alert.GetProperty("status").GetString()!;
            }
        }

        private async Task<int> CountAsync(string query) => await AskAsync(query) is { ValueKind: JsonValueKind.Array } found
            ? found.GetArrayLength() : -1;

        private async Task<JsonElement> AskAsync(string query)
        {
            try
            {
                using var answer = JsonDocument.Parse(await _http.GetStringAsync(
                    $"http://127.0.0.1:{_port}/api/v1/query?query={Uri.EscapeDataString(query)}", Cancel));
                return answer.RootElement.GetProperty("data").GetProperty("result").Clone();
            }
            catch (HttpRequestException)
            {
                return default;
            }
        }

        // What was told, and what Prometheus knows.
        private async Task<string> ReportAsync()
        {
            var known = await AskAsync("""{__name__=~"ALERTS|up|platform_.+",__name__!~".+(_created|_bucket)"}""");
            var lines = known.ValueKind != JsonValueKind.Array ? []
                : known.EnumerateArray().Select(k => $"{k.GetProperty("metric")} {k.GetProperty("value")[1]}");
            return string.Join('\n',
                [.. _told.Select(t => $"{t.Value}: {t.Key.Labels}"), .. lines, _prometheus.Errors, _alertmanager.Errors]);
        }

        private static object[] Targets(params int[] ports) => [new { targets = ports.Select(p => $"127.0.0.1:{p}").ToArray() }];

        private static void Write(string folder, string name, object content) =>
            File.WriteAllText(Path.Combine(folder, name), JsonSerializer.Serialize(content));

        [GeneratedRegex("- alert: ([A-Za-z]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
        private static partial Regex NameOfAlert();
    }
}
