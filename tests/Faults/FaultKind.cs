namespace Platform.Faults;

/// <summary>What is done to the platform.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 of one replica of a service, started again after the duration.</summary>
    KillService,

    /// <summary>kill -9 of one worker, started again after the duration.</summary>
    KillWorker,

    /// <summary>kill -9 of the process that holds the relay of a service, started again after the duration.</summary>
    KillRelayHolder,

    /// <summary>The broker stopped in order and started again after the duration.</summary>
    RestartBroker,

    /// <summary>kill -9 of the broker, started again after the duration.</summary>
    KillBroker,

    /// <summary>The broker stopped and started again without any of its data.</summary>
    WipeBroker,

    /// <summary>The store's server stopped fast (SIGINT) and started again after the duration.</summary>
    RestartStoreFast,

    /// <summary>The store's server stopped at once (SIGQUIT), started again after the duration, and recovered.</summary>
    RestartStoreImmediate,

    /// <summary>SIGSTOP of one replica of a service for the duration.</summary>
    FreezeService,

    /// <summary>SIGSTOP of one worker for the duration.</summary>
    FreezeWorker,

    /// <summary>SIGSTOP of the process that holds the relay of a service for the duration.</summary>
    FreezeRelayHolder,

    /// <summary>One process's link to one server or other service reset, and refused for the duration.</summary>
    CutLink,

    /// <summary>Nothing passes on one link for the duration; it stays open, and what was sent arrives afterwards.</summary>
    BlackHoleLink,

    /// <summary>Every packet of one link delayed for the duration.</summary>
    SlowLink,

    /// <summary>The disk of one service's database filled to the last byte for the duration.</summary>
    FullDisk,

    /// <summary>Changes of the past put into the worker's queues again, several times and in another order.</summary>
    Redelivery,
}

/// <summary>Names and frequencies of the kinds.</summary>
internal static class FaultKinds
{
    /// <summary>Every kind.</summary>
    public static IReadOnlyList<FaultKind> All { get; } = Enum.GetValues<FaultKind>();

    /// <summary>The name on the command line and in tables, for example <c>kill-relay-holder</c>.</summary>
    public static string Name(this FaultKind kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    /// <summary>How often it is drawn, relative to the others: what takes long is rare.</summary>
    public static int Weight(this FaultKind kind) => kind switch
    {
        FaultKind.WipeBroker => 1,
        FaultKind.RestartBroker or FaultKind.KillBroker => 2,
        FaultKind.RestartStoreFast or FaultKind.RestartStoreImmediate or FaultKind.FullDisk => 3,
        FaultKind.KillService or FaultKind.KillRelayHolder or FaultKind.KillWorker => 6,
        _ => 5,
    };

    /// <summary>True for a kill after which somebody else must take over.</summary>
    public static bool IsTakenOver(this FaultKind kind) => kind is FaultKind.KillRelayHolder or FaultKind.KillWorker;
}
