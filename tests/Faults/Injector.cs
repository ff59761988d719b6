using System.Collections.Concurrent;
using System.Diagnostics;
using Platform.Processes;

namespace Platform.Faults;

/// <summary>
/// Does to the platform what the schedule says, and heals it again. Faults overlap, but none begins while the same
/// process, link or server still suffers from an earlier one.
/// </summary>
internal sealed class Injector(Cluster cluster, Tap tap, Progress progress, Measures measures, int seed)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<(string Key, bool Alone, Task Done)> _active = [];
    private readonly ConcurrentBag<Task> _watches = [];
    private readonly Dictionary<string, long> _excused = Cluster.Services.ToDictionary(s => s, _ => 0L);

    /// <summary>
    /// The position of each service's log up to which a wiped broker may have held changes that it had confirmed and
    /// nobody had seen yet.
    /// </summary>
    public IReadOnlyDictionary<string, long> ExcusedPositions => _excused;

    /// <summary>Kinds that cannot be injected here, with the reason.</summary>
    public IReadOnlyDictionary<FaultKind, string> Impossible => cluster.SmallDisk is null
        ? new Dictionary<FaultKind, string>
        {
            [FaultKind.FullDisk] = "no file system can be mounted here, which needs root, so no disk was filled",
        }
        : new Dictionary<FaultKind, string>();

    /// <summary>Injects faults until it is told to stop, and returns when all of them are healed.</summary>
    public async Task RunAsync(IEnumerable<PlannedFault> schedule, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var late = TimeSpan.Zero;
        try
        {
            foreach (var plan in schedule.Where(p => !Impossible.ContainsKey(p.Kind)))
            {
                if (plan.At + late - clock.Elapsed is var wait && wait > TimeSpan.Zero)
                    await Task.Delay(wait, stop);
                var target = await ResolveAsync(plan);
                while (true)
                {
                    stop.ThrowIfCancellationRequested();
                    _active.RemoveAll(a => a.Done.IsCompletedSuccessfully);
                    var before = plan.Alone ? _active : _active.FindAll(a => a.Alone || a.Key == target);
                    if (before.Count == 0)
                        break;
                    await await Task.WhenAny(before.Select(a => a.Done)).WaitAsync(stop);
                    target = await ResolveAsync(plan);
                }
                // What was held up holds up what follows, so that faults do not crowd.
                late = clock.Elapsed > plan.At ? clock.Elapsed - plan.At : TimeSpan.Zero;
                var fault = measures.Begin(plan);
                Console.WriteLine($"{plan}{(target == plan.Target ? "" : $"  ({target})")}");
                _active.Add((target, plan.Alone, InjectAsync(plan, target, fault)));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Enough.
        }
        await Task.WhenAll(_active.Select(a => a.Done));
        await Task.WhenAll(_watches);
    }

    private async Task<string> ResolveAsync(PlannedFault plan)
    {
        if (plan.Kind is not (FaultKind.KillRelayHolder or FaultKind.FreezeRelayHolder))
            return plan.Target;
        Node? holder = null;
        await Progress.UntilAsync(TimeSpan.FromSeconds(3), async () => (holder = await progress.RelayHolderAsync(plan.Target)) is not null);
        // Where nobody says who holds it, either may.
        return holder?.Name ?? Cluster.NodeName(plan.Target, plan.Number % 2);
    }

    private async Task InjectAsync(PlannedFault plan, string target, Injected fault)
    {
        await Task.Yield();
        try
        {
            await (plan.Kind switch
            {
                FaultKind.KillService => KillAsync(cluster.Node(target), plan.Duration),
                FaultKind.KillWorker or FaultKind.KillRelayHolder => KillAndWatchAsync(cluster.Node(target), plan, fault),
                FaultKind.FreezeService or FaultKind.FreezeWorker or FaultKind.FreezeRelayHolder =>
                    FreezeAsync(cluster.Node(target), plan.Duration),
                FaultKind.RestartBroker => RestartBrokerAsync("TERM", plan.Duration, wipe: false, fault),
                FaultKind.KillBroker => RestartBrokerAsync("KILL", plan.Duration, wipe: false, fault),
                FaultKind.WipeBroker => RestartBrokerAsync("TERM", plan.Duration, wipe: true, fault),
                FaultKind.RestartStoreFast => RestartStoreAsync("INT", plan.Duration),
                FaultKind.RestartStoreImmediate => RestartStoreAsync("QUIT", plan.Duration),
                FaultKind.CutLink => CutAsync(LinkOf(target), plan.Duration),
                FaultKind.BlackHoleLink => BlockAsync(LinkOf(target), plan.Duration),
                FaultKind.SlowLink => SlowDownAsync(LinkOf(target), DelayOf(plan), plan.Duration),
                FaultKind.FullDisk => FillDiskAsync(plan.Duration),
                FaultKind.Redelivery => tap.RedeliverAsync(new Random(seed + plan.Number)),
                _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Kind, "No such kind."),
            });
        }
        finally
        {
            measures.End(fault);
        }
    }

    // 20 to 170 ms, as the plan's duration has it: there is no second draw that a changed plan would shift.
    private static TimeSpan DelayOf(PlannedFault plan) => TimeSpan.FromMilliseconds(20 + (10 * (plan.Number % 16)));

    private static async Task KillAsync(Node node, TimeSpan away)
    {
        await node.KillAsync();
        await RestartAsync(node, away);
    }

    private static async Task RestartAsync(Node node, TimeSpan away)
    {
        await Task.Delay(away);
        await node.StartAsync();
        if (!await node.ServesWithinAsync(Patience))
        {
            throw new InvalidOperationException($"{node.Name} did not serve within {Patience.TotalSeconds} seconds after it was killed "
                + $"and started again.");
        }
    }

    private async Task KillAndWatchAsync(Node node, PlannedFault plan, Injected fault)
    {
        Func<Task<(long Behind, long Ahead)>> positions = plan.Kind == FaultKind.KillWorker ? WorkersAsync : () => RelayAsync(node.Service);
        await node.KillAsync();
        // Only now: until its end the process moved on.
        var before = await BehindAsync(positions);
        var restarted = RestartAsync(node, plan.Duration);
        measures.FlowAgain(fault, await UntilPastAsync(before, positions));
        await restarted;
    }

    private static async Task<long> BehindAsync(Func<Task<(long Behind, long Ahead)>> positions)
    {
        var behind = 0L;
        await Progress.UntilAsync(Patience, async () =>
        {
            behind = (await positions()).Behind;
            return true;
        });
        return behind;
    }

    // How long it takes until changes flow again. As long as nothing is written nothing can flow: the time counts from
    // the first change that waits.
    private static async Task<TimeSpan> UntilPastAsync(long before, Func<Task<(long Behind, long Ahead)>> positions)
    {
        long? waiting = null;
        var flow = await Progress.UntilAsync(Patience, async () =>
        {
            var (behind, ahead) = await positions();
            if (behind <= before && ahead > before)
                waiting ??= Stopwatch.GetTimestamp();
            return behind > before;
        });
        return !flow ? Patience : waiting is { } since ? Stopwatch.GetElapsedTime(since) : TimeSpan.Zero;
    }

    private async Task<(long Behind, long Ahead)> RelayAsync(string service)
    {
        var (latest, unnumbered, relayed) = await progress.OfServiceAsync(service);
        return (relayed, latest + unnumbered);
    }

    private async Task<(long Behind, long Ahead)> WorkersAsync()
    {
        var relayed = 0L;
        foreach (var service in Cluster.Services)
            relayed += (await progress.OfServiceAsync(service)).Relayed;
        return (await progress.OfWorkersAsync(), relayed);
    }

    private static async Task FreezeAsync(Node node, TimeSpan duration)
    {
        await node.SignalAsync("STOP");
        await Task.Delay(duration);
        await node.SignalAsync("CONT");
    }

    // The links stay closed until the tap hears everything: what the broker took before would be missed.
    private async Task RestartBrokerAsync(string signal, TimeSpan away, bool wipe, Injected fault)
    {
        var links = cluster.Nodes.Select(n => n.Links[Cluster.Broker]).ToList();
        await RefuseAsync(links, "broker");
        await cluster.Servers.StopBrokerAsync(signal);
        if (wipe)
            cluster.Servers.WipeBroker();
        await Task.Delay(away);
        await cluster.Servers.StartBrokerAsync();
        await tap.ConnectAsync();
        if (wipe)
        {
            foreach (var service in Cluster.Services)
            {
                await Progress.UntilAsync(Patience, async () =>
                {
                    _excused[service] = (await progress.OfServiceAsync(service)).Relayed;
                    return true;
                });
            }
        }
        foreach (var link in links)
            link.Accept("broker");
        _watches.Add(WatchRelaysAsync(fault));
    }

    // From the moment at which the broker can be reached again. The next fault does not wait for it.
    private async Task WatchRelaysAsync(Injected fault)
    {
        var times = await Task.WhenAll(
            Cluster.Services.Select(async service => await UntilPastAsync(await BehindAsync(() => RelayAsync(service)),
            () => RelayAsync(service))));
        measures.FlowAgain(fault, times.Max());
    }

    private async Task RestartStoreAsync(string signal, TimeSpan away)
    {
        await cluster.Servers.StopStoreAsync(signal);
        await Task.Delay(away);
        await cluster.Servers.StartStoreAsync();
    }

    private Proxy LinkOf(string target) => cluster.Node(target.Split('>')[0]).Links[target.Split('>')[1]];

    private static async Task CutAsync(Proxy link, TimeSpan duration)
    {
        await RefuseAsync([link], "cut");
        await Task.Delay(duration);
        link.Accept("cut");
    }

    private static async Task BlockAsync(Proxy link, TimeSpan duration)
    {
        link.Block();
        await Task.Delay(duration);
        link.Unblock();
    }

    private static async Task SlowDownAsync(Proxy link, TimeSpan delay, TimeSpan duration)
    {
        link.SlowDown(delay);
        await Task.Delay(duration);
        link.SlowDown(TimeSpan.Zero);
    }

    // What is on its way when a network fails never arrives, though it was sent.
    private static async Task RefuseAsync(IReadOnlyList<Proxy> links, string reason)
    {
        foreach (var link in links)
            link.Block();
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        foreach (var link in links)
            link.Refuse(reason);
        foreach (var link in links)
            link.Unblock();
    }

    private async Task FillDiskAsync(TimeSpan duration)
    {
        var filler = Path.Combine(cluster.SmallDisk!, "filler");
        try
        {
            await using (var file = File.Create(filler))
            {
                var block = new byte[1 << 20];
                try
                {
                    while (true)
                        await file.WriteAsync(block);
                }
                catch (IOException)
                {
                    // Full.
                }
            }
            await Task.Delay(duration);
        }
        finally
        {
            File.Delete(filler);
        }
    }
}
