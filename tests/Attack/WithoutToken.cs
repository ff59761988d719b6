using System.Globalization;

namespace Platform.Attack;

/// <summary>What a request without a valid token costs the server, compared with an empty one.</summary>
internal sealed class WithoutToken
{
    /// <summary>A request costs at most so many times as much as an empty one, apart from receiving its bytes.</summary>
    public const double MaxFactor = 3;

    /// <summary>The memory grows by no more than this in the second half, in bytes.</summary>
    public const long MaxGrowth = 32 * 1024 * 1024;

    private const string Method = "/rcp.meetings.v1.MeetingsService/CreateMeeting";
    private const int AtOnce = 8;
    private const string NoMethod = "/rcp.meetings.v1.MeetingsService/Destroy";

    // What came before the refusal has to be received: no more than the window of a stream, which the client may use before it
    // hears anything. It costs what the same bytes cost when nobody looks at them, to a method that does not exist.
    private static readonly byte[] Body = RawCall.Framed(new byte[60_000]);
    private static readonly byte[] LargeBody = RawCall.Framed(new byte[1_000_000]);

    private static readonly (string Name, RawCall Call)[] Kinds =
    [
        ("empty", new RawCall(Method, RawCall.Framed([]))),
        ("an invalid token", new RawCall(Method, RawCall.Framed([])) { Authorization = ["Bearer bm8gdG9rZW4"] }),
        ("a long invalid token", new RawCall(Method, RawCall.Framed([])) { Authorization = [$"Bearer {new string('a', 8000)}"] }),
        ("a body of 60 KB", new RawCall(Method, Body)),
        ("a body of 1 MB", new RawCall(Method, LargeBody)),
        ("a length of 4 GB", new RawCall(Method, RawCall.Framed([], length: uint.MaxValue))),
        ("compressed", new RawCall(Method, RawCall.Framed([1, 2, 3], flag: 1)) { Headers = [("grpc-encoding", "gzip")] }),
        ("50 headers", new RawCall(Method, RawCall.Framed([]))
        {
            Headers = [.. Enumerable.Range(0, 50).Select(i => ($"x-{i}", "abc"))],
        }),
        (Unread(0), new RawCall(NoMethod, RawCall.Framed([]))),
        (Unread(Body.Length), new RawCall(NoMethod, Body)),
        (Unread(LargeBody.Length), new RawCall(NoMethod, LargeBody)),
        ("health", new RawCall("/grpc.health.v1.Health/Check", RawCall.Framed([]))),
        ("reflection", new RawCall("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", RawCall.Framed([]))),
    ];

    private readonly Dictionary<string, TimeSpan> _cost = Kinds.ToDictionary(k => k.Name, _ => TimeSpan.Zero);

    private WithoutToken()
    {
    }

    /// <summary>How many requests there were of each kind.</summary>
    public int Requests { get; private set; }

    /// <summary>The processor time of an empty request.</summary>
    public TimeSpan Empty => _cost[Kinds[0].Name] / Requests;

    /// <summary>By how much the memory grew in the second half, in bytes.</summary>
    public long Growth { get; private set; }

    /// <summary>How many kinds cost too much, or whether memory was kept.</summary>
    public IReadOnlyList<string> OverBudget =>
    [
        .. Kinds.Where(k => k.Call.Path != NoMethod && FactorToDecide(k) > MaxFactor).Select(k => string.Create(
            CultureInfo.InvariantCulture,
            $"without a token, {k.Name} costs {Factor(k.Name):F1} times as much as an empty request")),
        .. Growth > MaxGrowth ? [string.Create(CultureInfo.InvariantCulture,
            $"without a token, {Growth / 1024 / 1024} MiB were kept")] : Array.Empty<string>(),
    ];

    /// <summary>Sends so many requests of each kind, in ten rounds, and measures each kind.</summary>
    public static async Task<WithoutToken> MeasureAsync(Uri address, ServerProcess server, int requests, CancellationToken cancel)
    {
        const int Rounds = 10;
        const int First = 2000;
        var measured = new WithoutToken { Requests = requests };
        using var client = new RawClient(address);
        // What is compiled and cached at first is not counted.
        foreach (var (_, call) in Kinds)
            await SendAsync(client, call, First, cancel);
        var half = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, call) in Kinds)
            {
                var before = server.ProcessorTime;
                await SendAsync(client, call, requests / Rounds, cancel);
                measured._cost[name] += server.ProcessorTime - before;
            }
            if (round == (Rounds / 2) - 1)
                half = server.Memory;
        }
        measured.Growth = server.Memory - half;
        return measured;
    }

    /// <summary>A table of it.</summary>
    public string Table() => string.Join('\n',
    [
        "| without a token | processor time | times an empty one |",
        "|---|---|---|",
        .. Kinds.Select(k => string.Create(CultureInfo.InvariantCulture,
            $"| {k.Name} | {_cost[k.Name].TotalMicroseconds / Requests:F0} µs | {Factor(k.Name):F1} |")),
    ]);

    private double Factor(string name) => _cost[name] / Requests / Empty;

    private double FactorToDecide((string Name, RawCall Call) kind)
    {
        var toReceive = kind.Call.Body.Length < Body.Length ? TimeSpan.Zero
            : _cost[Unread(kind.Call.Body.Length)] - _cost[Unread(0)];
        return (_cost[kind.Name] - toReceive) / _cost[Kinds[0].Name];
    }

    private static string Unread(int bytes) => bytes == 0 ? "a method that does not exist"
        : string.Create(CultureInfo.InvariantCulture, $"the same with {bytes / 1000:N0} KB");

    private static async Task SendAsync(RawClient client, RawCall call, int times, CancellationToken cancel) =>
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            for (var i = 0; i < times / AtOnce; i++)
                await client.CallAsync(call, cancel);
        }));
}
