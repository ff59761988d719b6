using System.Globalization;
using Grpc.Core;
using Platform.Processes;

namespace Platform.Attack.Runs;

/// <summary>One run: a quiet time, an attack, and what both came to, on each engine.</summary>
internal static class Run
{
    /// <summary>The server's memory, at most.</summary>
    private const long MaxMemory = 1024L * 1024 * 1024;

    /// <summary>What the server logs of a call, on average, in bytes.</summary>
    private const double MaxLogBytes = 20;

    /// <summary>The well-behaved client's p99 under attack, as a multiple of its quiet one.</summary>
    private const double MaxSlowdown = 10;

    // A short run has too few calls for a ratio of two p99: it shows that nobody is kept waiting.
    private static readonly TimeSpan Unnoticed = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortRun = TimeSpan.FromMinutes(2);

    // In empty requests without a token, which tell how fast this machine is now. A call may cost so much, whatever it asks,
    // and more for what was sent with it.
    private const double MaxPerCall = 25;
    private const double MaxPerByte = 1 / 200.0;

    // A quiet time costs some of its own; a process that reports, checks its store and collects garbage does too.
    private const double OwnPerMinute = 30_000;

    /// <summary>Attacks each engine for its part of the time, prints the result and returns the exit code.</summary>
    public static async Task<int> RunAsync(TimeSpan time, int seed, IReadOnlyList<string> engines, string? tableFile,
        CancellationToken cancel)
    {
        var (lines, total, over) = (new List<string>(), new Tally(), new List<string>());
        foreach (var engine in engines)
            await AttackAsync(engine, time / engines.Count, seed, total, over, lines, cancel);
        var tables = string.Join('\n', lines);
        Console.WriteLine(tables);
        if (tableFile is not null)
            await File.WriteAllTextAsync(tableFile, tables + "\n", cancel);
        foreach (var sample in total.Samples)
            Console.WriteLine(sample);
        foreach (var what in over)
            Console.WriteLine($"Over budget: {what}.");
        var (broken, unknown) = (total.Ended(13), total.Ended(2) + total.Ended(RawAnswer.Unanswered));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"calls {total.Calls}, internal {broken}, unknown {unknown}, "
            + $"unavailable {total.Ended(14)}, crashes {total.Crashes}, over budget {over.Count}"));
        return broken + unknown + total.Ended(14) + total.Crashes + over.Count == 0 ? 0 : 1;
    }

    private static async Task AttackAsync(string engine, TimeSpan time, int seed, Tally total, List<string> over, List<string> lines,
        CancellationToken cancel)
    {
        Console.WriteLine($"Starting on {engine} …");
        await using var target = await Target.StartAsync(engine);
        var (platform, server) = (target.Platform, new ServerProcess(target.Platform.Server.Id));
        using var officer = new WellBehavedClient(platform.Address, platform.Folder);
        await officer.PrepareAsync();
        var requests = Math.Clamp((int)(time.TotalMinutes * 2000), 1000, 20_000);
        await CallForAsync(officer, TimeSpan.FromSeconds(2), cancel);
        var withoutToken = await WithoutToken.MeasureAsync(new Uri(platform.Address), server, requests, cancel);
        var quiet = await CallForAsync(officer, TimeSpan.FromSeconds(Math.Clamp(time.TotalSeconds / 10, 5, 60)), cancel);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Attacking {engine} for {time.TotalSeconds:F0} s …"));
        var logged = LogBytes(platform);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var working = officer.CallAsync(end.Token);
        var memory = WatchMemoryAsync(server, end.Token);
        var tallies = await AttackFromAnotherProcessAsync(platform, time, seed);
        await end.CancelAsync();
        var busy = await working;
        var mostMemory = await memory;

        foreach (var (kind, tally) in tallies)
            Add(total, tally, $"{engine}, {kind}", time, withoutToken.Empty, over);
        if (!server.IsRunning)
        {
            total.CountCommand($"{engine}: the server ended: {LogEnd(platform)}");
            return;
        }
        if (tallies.Values.Any(t => t.Ended(13) > 0))
            total.Samples.Add($"{engine}: the end of the server's log: {LogEnd(platform)}");
        over.AddRange(withoutToken.OverBudget.Select(what => $"{engine}: {what}"));
        over.AddRange(officer.Refused.Distinct().Take(5).Select(r => $"{engine}: the well-behaved client was refused: {r}"));
        var slowdown = WellBehavedClient.P99(busy) / WellBehavedClient.P99(quiet);
        if (time > ShortRun || WellBehavedClient.P99(busy) > Unnoticed)
            Limit(slowdown, MaxSlowdown, $"{engine}: the well-behaved client's p99 as a multiple of its quiet one", over);
        Limit(mostMemory / 1024.0 / 1024, MaxMemory / 1024.0 / 1024, $"{engine}: MiB of memory", over);
        var logBytes = (LogBytes(platform) - logged) / (double)tallies.Values.Sum(t => t.Calls);
        Limit(logBytes, MaxLogBytes, $"{engine}: bytes of log for each call", over);

        lines.AddRange([$"**{engine}**", "", .. TableOf(tallies), "", RefusalsOf(tallies), "", withoutToken.Table(), "",
            string.Create(CultureInfo.InvariantCulture, $"Well-behaved client: {busy.Count} calls, {officer.Refused.Count} refused; p99 "
                + $"{WellBehavedClient.P99(quiet).TotalMilliseconds:F1} ms quiet, {WellBehavedClient.P99(busy).TotalMilliseconds:F1} ms "
                + $"under attack ({slowdown:F1} times). Memory at most {mostMemory / 1024 / 1024} MiB; {logBytes:F2} bytes of log for a "
                + $"call. {withoutToken.Requests * 10} requests without a token: {withoutToken.Growth / 1024 / 1024} MiB more in the "
                + $"second half."), ""]);
    }

    // With a lower priority: in life an attacker brings a processor of his own.
    private static async Task<Dictionary<string, Tally>> AttackFromAnotherProcessAsync(PlatformProcess platform, TimeSpan time, int seed)
    {
        string[] command =
        [
            "nice", "-n", "19", "dotnet", typeof(Run).Assembly.Location, "attackers", "--address", platform.Address, "--data",
            platform.Folder, "--server", platform.Server.Id.ToString(CultureInfo.InvariantCulture), "--minutes",
            time.TotalMinutes.ToString(CultureInfo.InvariantCulture), "--seed", seed.ToString(CultureInfo.InvariantCulture),
        ];
        var result = await RunningProcess.RunLongAsync(time + TimeSpan.FromMinutes(5), command);
        return TallyJson.Read(result.Succeeded().Split('\n').Last(l => l.Length > 0));
    }

    private static async Task<List<TimeSpan>> CallForAsync(WellBehavedClient officer, TimeSpan time, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        end.CancelAfter(time);
        return await officer.CallAsync(end.Token);
    }

    private static async Task<long> WatchMemoryAsync(ServerProcess server, CancellationToken end)
    {
        var most = 0L;
        while (!end.IsCancellationRequested && server.IsRunning)
        {
            most = Math.Max(most, server.Memory);
            // Nobody tells when a process grows: it is looked at five times a second until the attack ends.
            await Task.Delay(200, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return most;
    }

    private static void Add(Tally total, Tally tally, string kind, TimeSpan time, TimeSpan empty, List<string> over)
    {
        total.Calls += tally.Calls;
        total.Crashes += tally.Crashes;
        foreach (var (status, count) in tally.Answers)
            total.Answers[status] = total.Ended(status) + count;
        total.Samples.AddRange(tally.Samples.Select(s => $"{kind}: {s}"));
        var budget = empty * ((tally.Calls * MaxPerCall) + (tally.SentBytes * MaxPerByte) + (time.TotalMinutes * OwnPerMinute));
        Limit(tally.ProcessorSeconds, budget.TotalSeconds, $"{kind}: seconds of processor time for {tally.Calls} calls", over);
    }

    private static void Limit(double value, double max, string what, List<string> over)
    {
        if (value > max)
            over.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {value:F1} (at most {max:F1})"));
    }

    private static IEnumerable<string> TableOf(Dictionary<string, Tally> tallies) =>
    [
        "| attack | calls | answered | refused | given up or cut | internal, unknown, unavailable | processor time for a call |",
        "|---|---|---|---|---|---|---|",
        .. tallies.Select(t => string.Create(CultureInfo.InvariantCulture,
            $"| {t.Key} | {t.Value.Calls:N0} | {t.Value.Ended(0):N0} | {Refused(t.Value):N0} | "
                + $"{t.Value.Ended(RawAnswer.NotGrpc) + t.Value.Ended(RawAnswer.GaveUp):N0} | "
                + $"{t.Value.Ended(13) + t.Value.Ended(2) + t.Value.Ended(14) + t.Value.Ended(RawAnswer.Unanswered):N0} | "
                + $"{t.Value.ProcessorSeconds / Math.Max(t.Value.Calls, 1) * 1e6:N0} µs |")),
    ];

    private static string RefusalsOf(Dictionary<string, Tally> tallies) => "Refused with " + string.Join(", ", tallies.Values
        .SelectMany(t => t.Answers).Where(a => a.Key is > 0 and < RawAnswer.NotGrpc).GroupBy(a => (StatusCode)a.Key, a => a.Value)
        .OrderByDescending(g => g.Sum()).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.Sum():N0}"))) + ".";

    private static long Refused(Tally tally) => tally.Answers.Where(a => a.Key is > 0 and < RawAnswer.NotGrpc and not (2 or 13 or 14))
        .Sum(a => a.Value);

    private static string LogEnd(PlatformProcess platform)
    {
        var log = platform.Server.Output + platform.Server.Errors;
        return log[^Math.Min(log.Length, 3000)..];
    }

    private static long LogBytes(PlatformProcess platform) => platform.Server.Output.Length + platform.Server.Errors.Length;
}
