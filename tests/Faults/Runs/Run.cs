using System.Diagnostics;
using System.Globalization;
using Platform.Faults.Checks;
using Platform.Processes;

namespace Platform.Faults.Runs;

/// <summary>One run: start, load and faults, heal, wait until everything is level, check.</summary>
internal static class Run
{
    private static readonly TimeSpan TimeToFinish = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TimeToLevel = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan MaxTakeover = TimeSpan.FromSeconds(10);

    /// <summary>Runs, prints the result and returns the exit code.</summary>
    public static async Task<int> RunAsync(Options options)
    {
        var (findings, measures) = (new Findings(), new Measures());
        await using var cluster = await Cluster.CreateAsync();
        WriteLine($"Logs are in {cluster.Folder}; they are kept if anything is found wrong.");
        var headers = Calls.HeadersOf(cluster.TokenOf("checker"));
        var load = new Load(cluster, findings, measures, options.Seed);
        await using var tap = new Tap(cluster.Servers);
        await tap.ConnectAsync();
        await cluster.StartAsync();
        var progress = new Progress(cluster);
        var injector = new Injector(cluster, tap, progress, measures, options.Seed);
        foreach (var (kind, reason) in injector.Impossible)
            WriteLine($"{kind.Name()} is not run: {reason}.");
        WriteLine("Everything serves.");

        var started = Stopwatch.GetTimestamp();
        await DisturbAsync(options, load, injector, cluster, measures);
        var took = Stopwatch.GetElapsedTime(started);
        WriteLine($"Everything is healed; {measures.Acknowledged} writes were acknowledged.");

        await cluster.WaitUntilServingAsync(TimeToFinish);
        if (!await LevelAsync(progress, findings))
            await cluster.Servers.SaveBrokerStateAsync(cluster.Folder);
        var logs = new List<ServiceLog>();
        foreach (var service in Cluster.Services)
        {
            logs.Add(await ServiceLog.ReadAsync(cluster, service));
            await CheckAsync(cluster, progress, tap, injector, load, logs[^1], headers, findings);
        }
        ProjectionCheck.CheckBusForMore(logs, tap, findings);
        await VerifyAsync(cluster, findings);
        try
        {
            await ReportCheck.RunAsync(cluster, logs, [.. load.Writes], findings);
            WriteLine("The writes were repeated without faults, and the reports compared.");
        }
        catch (InvalidOperationException e)
        {
            // A report that the platform refuses to build.
            findings.Differing("report", e.Message);
        }
        CheckTakeovers(measures, findings);

        var table = ResultTable.Of(options, took, measures, findings, injector);
        Console.WriteLine(table);
        if (options.Table is not null)
            await File.WriteAllTextAsync(options.Table, table);
        var enough = measures.Faults.Count >= (options.Faults ?? 0) && measures.Acknowledged >= (options.Writes ?? 0);
        if (!enough)
            Console.WriteLine($"Less than was asked for within {options.Longest.TotalMinutes} minutes.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"acknowledged {measures.Acknowledged}, lost {findings.LostCount}, duplicated {findings.DuplicatedCount}, differing "
                + $"{findings.DifferingCount}, faults {measures.Faults.Count}"));
        cluster.KeepFolder = findings.LostCount + findings.DuplicatedCount + findings.DifferingCount > 0;
        return enough && !cluster.KeepFolder ? 0 : 1;
    }

    private static async Task DisturbAsync(Options options, Load load, Injector injector, Cluster cluster, Measures measures)
    {
        using var stopFaults = new CancellationTokenSource();
        using var stopLoad = new CancellationTokenSource();
        using var end = new CancellationTokenSource();
        await load.BeginAsync(CancellationToken.None);
        var clients = load.RunAsync(stopLoad.Token, end.Token);
        var faults = injector.RunAsync(Schedule.Of(options.Seed, options.Only), stopFaults.Token);
        var clock = Stopwatch.StartNew();
        var told = TimeSpan.Zero;
        // Faults that were enough have ended, and writes may still be too few.
        while (clock.Elapsed < options.Longest && !faults.IsFaulted && !clients.IsCompleted)
        {
            var hasFaults = measures.Faults.Count >= options.Faults;
            var hasWrites = measures.Acknowledged >= options.Writes;
            if (hasFaults && options.Writes is not null)
                await stopFaults.CancelAsync();
            if ((hasFaults || options.Faults is null) && (hasWrites || options.Writes is null) && (hasFaults || hasWrites))
                break;
            if (clock.Elapsed - told > TimeSpan.FromSeconds(30))
            {
                told = clock.Elapsed;
                WriteLine($"{told.TotalSeconds:0} s: {measures.Acknowledged} writes acknowledged, {measures.Retried} of them retried; "
                    + $"{measures.Faults.Count} faults.");
            }
            // Load and faults go on by themselves; here they are only counted.
            await Task.Delay(200);
        }
        await stopFaults.CancelAsync();
        await faults;
        await stopLoad.CancelAsync();
        end.CancelAfter(TimeToFinish);
        await clients;
    }

    private static async Task<bool> LevelAsync(Progress progress, Findings findings)
    {
        var state = "";
        var level = await Progress.UntilAsync(TimeToLevel, async () =>
        {
            var behind = new List<string>();
            foreach (var service in Cluster.Services)
            {
                var (latest, unnumbered, relayed) = await progress.OfServiceAsync(service);
                var (count, highest) = await progress.OfWorkersAsync(service);
                if (unnumbered > 0 || relayed < latest || count < latest)
                {
                    behind.Add($"{service}: log {latest} and {unnumbered} without position, relay {relayed}, workers {count} up to "
                        + $"{highest}");
                }
            }
            state = string.Join("; ", behind);
            return behind.Count == 0;
        });
        if (!level)
        {
            findings.Differing("level", $"Relays and workers are not level {TimeToLevel.TotalSeconds} seconds after everything was "
                + $"healed: {state}");
        }
        return level;
    }

    private static async Task CheckAsync(Cluster cluster, Progress progress, Tap tap, Injector injector, Load load, ServiceLog log,
        Grpc.Core.Metadata headers, Findings findings)
    {
        LogCheck.Run(log, load.Writes.Where(w => w.Service == log.Service), findings);
        await FeedCheck.RunAsync(cluster, log, headers, findings);
        await ProjectionCheck.RunAsync(cluster, progress, log, findings);
        // The last ones may still be on their way to the tap.
        await Progress.UntilAsync(TimeSpan.FromSeconds(10),
            () => Task.FromResult(log.Log.All(row => tap.HasSeen(row.ChangeId) || row.Position <= injector.ExcusedPositions[log.Service])));
        var excused = await ProjectionCheck.CheckBusAsync(log, tap, injector.ExcusedPositions[log.Service], findings);
        WriteLine($"{log.Service}: {log.Log.Count} changes of {log.Records.Count} resources are "
            + $"checked{(excused > 0 ? $"; {excused} were confirmed by a broker that then lost its data" : "")}.");
    }

    // What an operator would ask.
    private static async Task VerifyAsync(Cluster cluster, Findings findings)
    {
        var verified = await RunningProcess.RunPlatformAsync(["verify", .. cluster.Connection]);
        if (verified.ExitCode != 0)
            findings.Differing("verify", $"platform verify ended with code {verified.ExitCode}: {verified.All}");
    }

    private static void CheckTakeovers(Measures measures, Findings findings)
    {
        foreach (var fault in measures.Faults.Where(f => f.Plan.Kind.IsTakenOver() && f.Undisturbed && f.Flow > MaxTakeover))
        {
            findings.Differing($"takeover {fault.Plan.Number}", $"{fault.Plan.Kind.Name()} of {fault.Plan.Target}, alone: changes flowed "
                + $"again after {fault.Flow!.Value.TotalSeconds:0.0} s, which is more than {MaxTakeover.TotalSeconds} s.");
        }
    }

    private static void WriteLine(string sentence) => Console.WriteLine($"== {sentence}");
}
