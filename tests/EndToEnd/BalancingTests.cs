using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Core;
using Grpc.Net.Client;
using Platform.Commitments.V1;
using Platform.Hosting.Identity;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>
/// The calls of a service are spread over the replicas of another that its name leads to. The name is in the hosts file of a mount
/// namespace, which only the calling process sees.
/// </summary>
public sealed partial class BalancingTests
{
    private const double Tolerance = 0.2;
    private const int Sample = 90;
    private static readonly string[] Namespace = ["unshare", "--user", "--map-root-user", "--mount"];
    private static readonly TimeSpan TimeToShare = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replica_AddedUnderLoad_HasItsFairShareOfTheCallsWithinHalfAMinute()
    {
        Assert.SkipUnless((await RunningProcess.RunAsync(Namespace[0], [.. Namespace[1..], "true"])).ExitCode == 0,
            "This machine permits no mount namespace, in which a name can lead to several replicas.");
        await using var platform = await DistributedPlatform.PrepareAsync();
        var port = LoopbackPorts.Free();
        var hosts = Path.Combine(platform.Folder, "hosts");
        await File.WriteAllTextAsync(hosts, "127.0.0.1 localhost\n", Cancel);
        var replicas = new List<Replica>();
        platform.Start("meetings");
        await using var commitments = StartCommitments(platform, hosts, $"dns:///membership.test:{port}");
        try
        {
            await AddReplicaAsync();
            await AddReplicaAsync();
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var load = LoadAsync(platform, enough.Token);
            await HasFairSharesAsync(TimeSpan.FromMinutes(1), load);

            await AddReplicaAsync();
            await HasFairSharesAsync(TimeToShare, load);

            await enough.CancelAsync();
            await load;
        }
        finally
        {
            foreach (var replica in replicas)
                await replica.DisposeAsync();
        }

        async Task AddReplicaAsync()
        {
            var replica = new Replica(platform, $"127.0.0.{replicas.Count + 2}", port);
            replicas.Add(replica);
            await replica.IsReadyAsync();
            // Added to, because the file must at no moment lack the others.
            await File.AppendAllTextAsync(hosts, $"{replica.Host} membership.test\n", Cancel);
        }

        async Task HasFairSharesAsync(TimeSpan patience, Task load)
        {
            var (shares, before) = ("", await CountAsync());
            Assert.True(await Eventually.HoldsAsync(patience, async () =>
            {
                if (load.IsCompleted)
                    await load;
                var after = await CountAsync();
                var calls = after.Zip(before, (a, b) => a - b).ToList();
                if (calls.Sum() < Sample)
                    return false;
                (shares, before) = (string.Join(" : ", calls), after);
                var fair = (double)calls.Sum() / calls.Count;
                return calls.TrueForAll(c => Math.Abs(c - fair) <= Tolerance * fair);
            }), $"{replicas.Count} replicas had {shares} calls. {commitments.Output}{commitments.Errors}");
        }

        async Task<List<long>> CountAsync() => [.. await Task.WhenAll(replicas.Select(r => r.CallsAsync()))];
    }

    // Its service for the creation of commitments asks membership for those responsible.
    private static RunningProcess StartCommitments(DistributedPlatform platform, string hosts, string membership)
    {
        var settings = new Dictionary<string, string>(platform.Settings)
        {
            ["Listen:Address"] = platform.Address("commitments"),
            ["Services:Membership:Address"] = membership,
            ["Services:Membership:AllowCleartext"] = "true",
        };
        var environment = settings.Select(s => $"{s.Key.Replace(":", "__", StringComparison.Ordinal)}={s.Value}");
        return RunningProcess.StartCommand(["env", .. environment, .. Namespace, "sh", "-c",
            "mount --bind \"$1\" /etc/hosts && exec dotnet \"$2\"", "sh", hosts,
            Repository.Program("services/Commitments", "Platform.Commitments.dll")]);
    }

    // Commitments of somebody who is not there: each is refused after a call to membership.
    private static async Task LoadAsync(DistributedPlatform platform, CancellationToken enough)
    {
        using var channel = GrpcChannel.ForAddress(platform.Address("commitments"));
        await Eventually.IsTrueAsync(async () => await channel.IsServingAsync() || enough.IsCancellationRequested);
        var client = new CommitmentsService.CommitmentsServiceClient(channel);
        var headers = PlatformProcess.HeaderOf(platform.Folder, Role.Officer);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            // A steady load that leaves the processor to others.
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (!enough.IsCancellationRequested)
            {
                var refused = await Assert.ThrowsAsync<RpcException>(async () => await client.CreateCommitmentAsync(new()
                {
                    Commitment = new()
                    {
                        Name = "commitments/none",
                        Title = "Of nobody",
                        Summary = "Nobody owes it.",
                        Origins = { new Origin { Outcome = "meetings/none/outcomes/none", Role = OriginRole.Made, Date = "2012-03-05" } },
                        Kind = CommitmentKind.Undertaking,
                        EffectiveDate = "2012-03-05",
                        Owners = { new Owner { Party = "participants/none", Role = OwnerRole.Lead } },
                    },
                }, headers, cancellationToken: CancellationToken.None));
                Assert.Contains("participants/none", refused.Status.Detail, StringComparison.Ordinal);
                await pace.WaitForNextTickAsync(CancellationToken.None);
            }
        }));
    }

    private sealed partial class Replica : IAsyncDisposable
    {
        private readonly HttpClient _http = new();
        private readonly RunningProcess _process;
        private readonly string _health = $"http://127.0.0.1:{LoopbackPorts.Free()}";

        public Replica(DistributedPlatform platform, string host, int port)
        {
            Host = host;
            _process = RunningProcess.Start(Repository.Program("services/Membership", "Platform.Membership.dll"),
                new Dictionary<string, string>(platform.Settings)
                {
                    ["Listen:Address"] = $"http://{host}:{port}",
                    ["Health:Address"] = _health,
                });
        }

        public string Host { get; }

        public Task IsReadyAsync() => Eventually.IsTrueAsync(async () =>
        {
            try
            {
                using var answer = await _http.GetAsync($"{_health}/readyz", Cancel);
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });

        /// <summary>How many calls of its service it has answered.</summary>
        public async Task<long> CallsAsync() => Answered().Matches(await _http.GetStringAsync($"{_health}/metrics", Cancel))
            .Sum(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));

        public async ValueTask DisposeAsync()
        {
            await _process.DisposeAsync();
            _http.Dispose();
        }

        [GeneratedRegex("^http_server_request_duration_seconds_count{[^}]*http_route=\"/rcp.membership[^}]*} ([0-9]+)",
            RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
        private static partial Regex Answered();
    }
}
