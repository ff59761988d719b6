using System.Diagnostics;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;

namespace Platform.Faults;

/// <summary>
/// A client that remembers what it was told. It repeats a write that was not answered, with its request id and at the
/// other replica, until it is; and tells what no client should ever see.
/// </summary>
internal sealed class Client
{
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan MaxOvertime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);
    private const int MaxRemembered = 200;

    private readonly Cluster _cluster;
    private readonly World _world;
    private readonly Findings _findings;
    private readonly Measures _measures;
    private readonly Random _random;
    private readonly Drafter _drafter;
    private readonly Metadata _headers;
    private readonly List<(Write Write, IMessage Answer)> _repeatable = [];
    private int _number;

    public Client(string name, Cluster cluster, World world, Findings findings, Measures measures, int seed)
    {
        (Name, _cluster, _world, _findings, _measures) = (name, cluster, world, findings, measures);
        _random = new Random(seed);
        _drafter = new Drafter(name, world, _random);
        _headers = Calls.HeadersOf(cluster.TokenOf(name));
    }

    /// <summary>The subject of its token, and part of the names of what it records.</summary>
    public string Name { get; }

    /// <summary>Everything it has written or tried to.</summary>
    public List<Write> Writes { get; } = [];

    /// <summary>Records what the load begins with.</summary>
    public async Task BeginAsync(CancellationToken end)
    {
        foreach (var record in World.Beginning())
            await SendAsync(Drafter.Create(record), givesUp: false, twice: false, vanishes: false, end);
    }

    /// <summary>Writes until it is told to stop, and then waits for the answer to its last write.</summary>
    /// <param name="pause">The average time between a write's answer and the next write.</param>
    /// <param name="stop">No new write after that.</param>
    /// <param name="end">No further attempt after that: a write that is not answered by then is a finding.</param>
    public async Task RunAsync(TimeSpan pause, CancellationToken stop, CancellationToken end)
    {
        while (!stop.IsCancellationRequested)
        {
            if (_repeatable.Count > 20 && _random.Next(25) == 0)
            {
                await RepeatAsync(end);
            }
            else
            {
                await SendAsync(_drafter.Next(), givesUp: _random.Next(10) == 0, twice: _random.Next(30) == 0,
                    vanishes: _random.Next(60) == 0, end);
            }
            await Task.Delay(pause * (0.5 + _random.NextDouble()), CancellationToken.None);
        }
    }

    private async Task SendAsync(Draft draft, bool givesUp, bool twice, bool vanishes, CancellationToken end)
    {
        var requestId = $"{Name}-{++_number}";
        draft.Request.Descriptor.FindFieldByName("request_id").Accessor.SetValue(draft.Request, requestId);
        var write = new Write(draft.Method, draft.Request.ToByteArray(), Name, requestId);
        Writes.Add(write);
        var replicas = _cluster.NodesOf(write.Service);
        var replica = _random.Next(2);
        var pause = FirstPause;
        var started = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var calls = new List<Task<Answer>> { TryAsync(replicas[replica], draft, vanishes) };
            if (twice && attempt == 1)
                calls.Add(TryAsync(replicas[1 - replica], draft, vanishes: false));
            var answers = await Task.WhenAll(calls);
            if (Settle(write, draft, answers))
            {
                _measures.Answered(write.State, started, attempt);
                return;
            }
            if (givesUp || vanishes)
            {
                _measures.GaveUp();
                return;
            }
            if (end.IsCancellationRequested)
            {
                _findings.Differing(
                    requestId, $"{draft.Method.Name} was never answered, also after everything was healed; last: {answers[0].Told}");
                return;
            }
            replica = 1 - replica;
            await Task.Delay(pause * (0.5 + _random.NextDouble()), CancellationToken.None);
            pause = pause * 2 < MaxDelay ? pause * 2 : MaxDelay;
        }
    }

    // An old write again, as a client that has forgotten the answer: the answer is the same.
    private async Task RepeatAsync(CancellationToken end)
    {
        var (write, first) = _repeatable[_random.Next(_repeatable.Count)];
        var draft = new Draft(write.Method, write.ParseRequest());
        var pause = FirstPause;
        for (var replica = _random.Next(2); ; replica = 1 - replica)
        {
            var answer = await TryAsync(_cluster.NodesOf(write.Service)[replica], draft, vanishes: false);
            if (answer.Message is not null && !answer.Message.Equals(first))
            {
                _findings.Differing(write.RequestId, $"{write} was repeated and answered differently: first {first}, then "
                    + $"{answer.Message}");
            }
            if (answer.Refused)
                _findings.Differing(write.RequestId, $"{write} was acknowledged, repeated with its request id and refused: {answer.Told}");
            if (answer.Message is not null || answer.Refused || end.IsCancellationRequested)
            {
                _measures.Repeated();
                return;
            }
            await Task.Delay(pause, CancellationToken.None);
            pause = pause * 2 < MaxDelay ? pause * 2 : MaxDelay;
        }
    }

    // True when it is known what became of the write.
    private bool Settle(Write write, Draft draft, Answer[] answers)
    {
        var messages = answers.Select(a => a.Message).OfType<IMessage>().ToList();
        if (answers.FirstOrDefault(a => a.Refused) is { } refused)
        {
            if (messages.Count > 0)
            {
                _findings.Differing(write.RequestId,
                    $"{draft.Method.Name} was sent twice at once, acknowledged and refused: {refused.Told}");
            }
            else if (!(refused.Code == StatusCode.Aborted && draft.HasEtag))
            {
                _findings.Differing(write.RequestId,
                    $"{draft.Method.Name} was refused although nothing is wrong with it: {refused.Told} Request: {draft.Request}");
            }
            write.State = WriteState.Refused;
        }
        if (messages.Count == 0)
            return write.State == WriteState.Refused;
        if (messages.Count > 1 && !messages[0].Equals(messages[1]))
        {
            _findings.Differing(write.RequestId, $"{draft.Method.Name} was sent twice at once and answered differently: {messages[0]} "
                + $"and {messages[1]}");
        }
        var record = Calls.RecordOf(messages[0]);
        (write.State, write.Name, write.Version, write.Hash) = (WriteState.Acknowledged, record.Name, record.Version,
            Write.HashOf(record.ToByteArray()));
        _world.Learn(record, Name);
        if (_repeatable.Count < MaxRemembered)
            _repeatable.Add((write, messages[0]));
        else
            _repeatable[_random.Next(MaxRemembered)] = (write, messages[0]);
        return true;
    }

    private async Task<Answer> TryAsync(Node node, Draft draft, bool vanishes)
    {
        using var gone = new CancellationTokenSource();
        if (vanishes)
            gone.CancelAfter(_random.Next(1, 20));
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var call = node.Channel.Unary(draft.Method, draft.Request, new CallOptions(_headers, DateTime.UtcNow + CallDeadline,
                gone.Token));
            return new Answer(await call.ResponseAsync, Refused: false, StatusCode.OK, "");
        }
        catch (RpcException e)
        {
            return Read(e, node, draft.Method);
        }
        finally
        {
            var took = Stopwatch.GetElapsedTime(started);
            if (took > CallDeadline + MaxOvertime)
            {
                _findings.Differing($"hung {Name} {_number}", $"{draft.Method.Name} at {node.Name} came back after "
                    + $"{took.TotalSeconds:0.0} s, with a deadline of {CallDeadline.TotalSeconds} s.");
            }
        }
    }

    private Answer Read(RpcException e, Node node, MethodDescriptor method)
    {
        var told = $"{node.Name} said {e.Status.StatusCode}: {e.Status.Detail}";
        var details = Details(e);
        // What the client's own transport says carries no details, and why it says so.
        var fromServer = details is not null || e.Status.DebugException is null;
        var transient = e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled || !fromServer;
        if (e.StatusCode == StatusCode.Unavailable && fromServer && details?.Details.Any(d => d.Is(RetryInfo.Descriptor)) != true)
            _findings.Differing($"UNAVAILABLE of {method.Name} at {node.Name}", $"It carries no RetryInfo: {told}");
        if (!transient && e.StatusCode is StatusCode.Internal or StatusCode.Unknown)
        {
            var trace = details?.Details.Where(d => d.Is(ErrorInfo.Descriptor)).Select(d => d.Unpack<ErrorInfo>())
                .FirstOrDefault()?.Metadata.GetValueOrDefault("trace_id") ?? "none";
            _findings.Differing($"{e.StatusCode} {trace}", $"{method.Name}: {told} Trace id {trace}.");
            transient = true;
        }
        return new Answer(null, !transient, e.StatusCode, told);
    }

    private static Google.Rpc.Status? Details(RpcException e) =>
        e.Trailers.GetValueBytes("grpc-status-details-bin") is { } bytes ? Google.Rpc.Status.Parser.ParseFrom(bytes) : null;

    private sealed record Answer(IMessage? Message, bool Refused, StatusCode Code, string Told);
}
