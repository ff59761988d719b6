using System.Globalization;

namespace Platform.Faults;

/// <summary>One fault as the seed plans it.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="At">When it begins, after the start of the load; later if something it must not overlap is not healed by then.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Target">
/// To what: a process (<c>meetings-2</c>), a link (<c>meetings-2&gt;store</c>), a service whose relay holder is found
/// when it is time, or a server (<c>broker</c>, <c>store</c>).
/// </param>
/// <param name="Duration">How long it lasts, or how long what was killed stays away.</param>
/// <param name="Alone">No other fault is in effect meanwhile.</param>
internal sealed record PlannedFault(int Number, TimeSpan At, FaultKind Kind, string Target, TimeSpan Duration, bool Alone)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Number,4}  {At.TotalSeconds,7:0.0} s  {Kind.Name(),-24}{Target,-24}{Duration.TotalSeconds,5:0.0} s{(Alone ? "  alone" : "")}");
}

/// <summary>The faults of a seed: the same for the same seed, on every machine and whatever the platform does.</summary>
internal static class Schedule
{
    /// <summary>Without end. The first faults are one of each kind in random order.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="only">Only this kind; null for all.</param>
    public static IEnumerable<PlannedFault> Of(int seed, FaultKind? only)
    {
        var random = new Random(seed);
        var kinds = only is { } one ? [one] : FaultKinds.All.ToArray();
        var first = kinds.ToArray();
        random.Shuffle(first);
        var weights = kinds.SelectMany(kind => Enumerable.Repeat(kind, kind.Weight())).ToArray();
        var at = TimeSpan.Zero;
        for (var number = 1; ; number++)
        {
            at += Between(random, 1, 3.5);
            var kind = number <= first.Length ? first[number - 1] : random.GetItems(weights, 1)[0];
            // A wiped broker excuses what it held. Alone, because what is confirmed at the same time must be known exactly.
            var alone = kind == FaultKind.WipeBroker || (kind.IsTakenOver() && random.Next(2) == 0);
            yield return new PlannedFault(number, at, kind, TargetOf(kind, random), DurationOf(kind, random), alone);
        }
    }

    private static string TargetOf(FaultKind kind, Random random)
    {
        switch (kind)
        {
            case FaultKind.KillService or FaultKind.FreezeService:
                return Cluster.NodeName(Any(random, Cluster.Services), random.Next(2));
            case FaultKind.KillWorker or FaultKind.FreezeWorker:
                return Cluster.NodeName(Cluster.Worker, random.Next(2));
            case FaultKind.KillRelayHolder or FaultKind.FreezeRelayHolder:
                return Any(random, Cluster.Services);
            case FaultKind.CutLink or FaultKind.BlackHoleLink or FaultKind.SlowLink:
                var program = Any(random, [.. Cluster.Services, Cluster.Worker]);
                return $"{Cluster.NodeName(program, random.Next(2))}>{Any(random, Cluster.LinksOf(program))}";
            case FaultKind.FullDisk:
                return Cluster.OnSmallDisk;
            case FaultKind.Redelivery:
                return Cluster.Worker;
            case FaultKind.RestartStoreFast or FaultKind.RestartStoreImmediate:
                return Cluster.Store;
            default:
                return Cluster.Broker;
        }
    }

    private static TimeSpan DurationOf(FaultKind kind, Random random) => kind switch
    {
        FaultKind.FreezeService or FaultKind.FreezeWorker or FaultKind.FreezeRelayHolder => Between(random, 2, 12),
        FaultKind.CutLink or FaultKind.BlackHoleLink => Between(random, 1, 10),
        FaultKind.SlowLink => Between(random, 4, 12),
        FaultKind.FullDisk => Between(random, 3, 8),
        FaultKind.Redelivery => TimeSpan.Zero,
        _ => Between(random, 0.2, 3),
    };

    // Tenths of a second, so that a printed plan says all there is.
    private static TimeSpan Between(Random random, double least, double most) =>
        TimeSpan.FromSeconds(Math.Round(least + ((most - least) * random.NextDouble()), 1));

    private static string Any(Random random, IReadOnlyList<string> of) => of[random.Next(of.Count)];
}
