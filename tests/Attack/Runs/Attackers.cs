using Platform.Attack.Attacks;

namespace Platform.Attack.Runs;

/// <summary>The process that attacks: one kind after the other, in rounds, so that each one's cost can be told.</summary>
internal static class Attackers
{
    private const int Clients = 4;
    private static readonly TimeSpan MaxRound = TimeSpan.FromMinutes(1);

    /// <summary>Attacks, and writes what was counted as its last line.</summary>
    public static async Task<int> RunAsync(Uri address, string folder, int serverId, TimeSpan time, int seed, CancellationToken cancel)
    {
        var recorded = await Recorded.ReadAsync(address, folder);
        var callers = new Callers(folder, recorded.Names);
        IAttack[] attacks =
        [
            new Fuzz(recorded, callers), new Bombs(callers), new ForgedTokens(callers), new Streams(callers), new Floods(address, callers),
            new HostileFiles(),
        ];
        var server = new ServerProcess(serverId);
        var tallies = attacks.ToDictionary(a => a.Name, _ => new Tally());
        var shares = attacks.Sum(a => a.Share);
        var rounds = (int)Math.Ceiling(time / MaxRound);
        var clients = Enumerable.Range(0, Clients).Select(_ => new RawClient(address)).ToList();
        for (var round = 0; round < rounds && server.IsRunning; round++)
        {
            foreach (var attack in attacks)
            {
                var before = server.ProcessorTime;
                await AttackAsync(attack, clients, tallies[attack.Name], HashCode(seed, round), time / rounds * attack.Share / shares,
                    cancel);
                if (!server.IsRunning)
                    break;
                tallies[attack.Name].ProcessorSeconds += (server.ProcessorTime - before).TotalSeconds;
            }
        }
        foreach (var client in clients)
            client.Dispose();
        Console.WriteLine(TallyJson.Write(tallies));
        return 0;
    }

    private static async Task AttackAsync(IAttack attack, List<RawClient> clients, Tally tally, int seed, TimeSpan time,
        CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        end.CancelAfter(time);
        await Task.WhenAll(Enumerable.Range(0, attack.Workers).Select(worker => Task.Run(async () =>
        {
            try
            {
                await attack.RunAsync(clients[worker % clients.Count], new Random(HashCode(seed, worker)), tally, end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                // The time of this kind is over.
            }
        }, cancel)));
    }

    // The same in every process, unlike HashCode.
    private static int HashCode(int one, int other) => unchecked((one * 1_000_003) + other);
}
