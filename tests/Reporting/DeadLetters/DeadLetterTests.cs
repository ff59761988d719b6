using System.Text;
using Platform.Common.V1;
using Platform.Hosting.Errors;
using Platform.Processes;
using Platform.Reporting.DeadLetters;
using Platform.Reporting.Rpcs;
using Platform.Reporting.V1;

namespace Platform.Reporting.Tests.DeadLetters;

/// <summary>What an operator can do with dead letters, and what becomes of the change.</summary>
public sealed class DeadLetterTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task List_Pages_InTheOrderInWhichTheyFailed(string engine)
    {
        await using var test = await StartAsync(engine, 1);
        for (var i = 1; i <= 3; i++)
            await test.Worker.DeadLetters.AddAsync(new Failure("meetings", $"change-{i}", i, "", $"Reason {i}.", "fault", [1]), Cancel);

        var first = await test.Rpcs.ListDeadLetters(new() { PageSize = 2 }, new OperatorCall());
        var second = await test.Rpcs.ListDeadLetters(new() { PageSize = 2, PageToken = first.NextPageToken }, new OperatorCall());

        Assert.Equal(["change-1", "change-2", "change-3"], first.DeadLetters.Concat(second.DeadLetters).Select(l => l.ChangeId));
        Assert.Equal("", second.NextPageToken);
        // Only when one is read.
        Assert.All(first.DeadLetters, l => Assert.Equal(("", 0), (l.Fault, l.Body.Length)));
        await RefusedAsync(ErrorReason.PageTokenInvalid,
            () => test.Rpcs.ListDeadLetters(new() { Discarded = true, PageToken = first.NextPageToken }, new OperatorCall()));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Get_OneThatThereIsNot_IsNotFound(string engine)
    {
        await using var test = await StartAsync(engine, 1);
        var name = $"deadLetters/{Guid.CreateVersion7()}";

        await RefusedAsync(ErrorReason.ResourceNotFound, () => test.Rpcs.GetDeadLetter(new() { Name = name }, new OperatorCall()));
        await RefusedAsync(ErrorReason.ResourceNotFound, () => test.Rpcs.RedriveDeadLetter(new() { Name = name }, new OperatorCall()));
        await RefusedAsync(ErrorReason.ResourceNotFound,
            () => test.Rpcs.DiscardDeadLetter(new() { Name = name, Reason = "A test." }, new OperatorCall()));
        await RefusedAsync(ErrorReason.FieldInvalid, () => test.Rpcs.GetDeadLetter(new() { Name = "reports/mc-5" }, new OperatorCall()));
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Redrive_ChangeThatCanBeTakenInNow_IsConsumedAndNoLongerListed(string engine)
    {
        await using var test = await StartAsync(engine, 3);
        // As after an update of the worker: the message is good now.
        await test.AddGoodAsync(1, 3);
        var change = test.Log.Changes[1];
        var body = $$"""{"messageType": [], "message": {{Google.Protobuf.JsonFormatter.Default.Format(change)}}}""";
        await test.Worker.DeadLetters.AddAsync(Failure.Of("membership", Guid.NewGuid(), Encoding.UTF8.GetBytes(body),
            new InvalidDataException("It was too new.")), Cancel);
        var letter = await test.SingleAsync();
        Assert.Equal((2, "It was too new."), (letter.Position, letter.Reason));

        await test.Rpcs.RedriveDeadLetter(new() { Name = letter.Name }, new OperatorCall());

        await Eventually.IsTrueAsync(async () => (await test.Worker.PositionsAsync("membership")).Contains(2));
        Assert.Empty(await test.WaitingAsync());
        Assert.Empty(test.Log.Read);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Redrive_ChangeThatFailsAgain_IsListedAgain(string engine)
    {
        await using var test = await StartAsync(engine, 3);
        test.Log.Changes[1].Metadata.Kind = (ChangeKind)99;
        await test.LookAsync();
        var letter = await test.SingleAsync();

        await test.Rpcs.RedriveDeadLetter(new() { Name = letter.Name }, new OperatorCall());
        Assert.Empty(await test.WaitingAsync());
        // What cannot be read from the message is fetched from the feed.
        await test.LookAsync();

        Assert.Equal(2, (await test.SingleAsync()).Position);

        test.Log.Changes[1].Metadata.Kind = ChangeKind.Created;
        await test.Rpcs.RedriveDeadLetter(new() { Name = (await test.SingleAsync()).Name }, new OperatorCall());
        await test.LookAsync();
        Assert.Equal([1, 2, 3], await test.Worker.PositionsAsync("membership"));
        Assert.Equal(3, (await test.Worker.Logs[0].PositionAsync(Cancel)).Position);
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Redrive_BytesThatAreNoChange_IsRefused(string engine)
    {
        await using var test = await StartAsync(engine, 1);
        await test.Worker.DeadLetters.AddAsync(Failure.Of("membership", Guid.NewGuid(), [0xFF, 0],
            new System.Text.Json.JsonException("No JSON.")), Cancel);
        var letter = await test.SingleAsync();

        var refused = await RefusedAsync(ErrorReason.RuleViolated,
            () => test.Rpcs.RedriveDeadLetter(new() { Name = letter.Name }, new OperatorCall()));

        Assert.Contains("It cannot be read as a change of membership.", refused.Message, StringComparison.Ordinal);
        Assert.Single(await test.WaitingAsync());
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task Discard_WithAReason_IsKeptAndTheChangeIsNoLongerWaitedFor(string engine)
    {
        await using var test = await StartAsync(engine, 3);
        test.Log.Changes[1].Metadata.Kind = (ChangeKind)99;
        await test.LookAsync();
        var letter = await test.SingleAsync();
        var report = await RefusedAsync(ErrorReason.RuleViolated,
            () => test.Worker.CatchUpBarrier.WaitAsync(DateTimeOffset.UtcNow, Cancel));
        Assert.StartsWith("Change 2 of membership could not be taken in", report.Message, StringComparison.Ordinal);

        await RefusedAsync(ErrorReason.FieldInvalid, () => test.Rpcs.DiscardDeadLetter(new() { Name = letter.Name }, new OperatorCall()));
        var discarded = (await test.Rpcs.DiscardDeadLetter(new() { Name = letter.Name, Reason = "A test message." },
            new OperatorCall())).DeadLetter;

        Assert.Equal(("A test message.", "operator-1"), (discarded.DiscardReason, discarded.DiscardedBy));
        Assert.NotNull(discarded.DiscardTime);
        Assert.Empty(await test.WaitingAsync());
        Assert.Equal(letter.Name, Assert.Single((await test.Rpcs.ListDeadLetters(new() { Discarded = true },
            new OperatorCall())).DeadLetters).Name);
        Assert.Equal(3, (await test.Worker.Logs[0].PositionAsync(Cancel)).Position);
        await test.Worker.CatchUpBarrier.WaitAsync(DateTimeOffset.UtcNow, Cancel);

        await RefusedAsync(ErrorReason.RuleViolated,
            () => test.Rpcs.DiscardDeadLetter(new() { Name = letter.Name, Reason = "Again." }, new OperatorCall()));
        await RefusedAsync(ErrorReason.RuleViolated, () => test.Rpcs.RedriveDeadLetter(new() { Name = letter.Name }, new OperatorCall()));
        // It fails once more, for example because the broker delivers it again: it stays discarded.
        await test.Bus.PublishAsync(test.Log.Changes[1]);
        await test.LookAsync();
        Assert.Empty(await test.WaitingAsync());
    }

    [Theory, InlineData("sqlite"), InlineData("postgresql")]
    public async Task ChangeTakenInAfterAll_ItsDeadLetterGoesAway(string engine)
    {
        await using var test = await StartAsync(engine, 3);
        await test.AddGoodAsync(1, 2, 3);
        await test.Worker.DeadLetters.AddAsync(Failure.Of("membership", 2, test.Log.Changes[1],
            new InvalidDataException("It came damaged.")), Cancel);
        Assert.Single(await test.WaitingAsync());

        await test.LookAsync();

        Assert.Empty(await test.WaitingAsync());
    }

    private static async Task<ApiException> RefusedAsync(ErrorReason reason, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<ApiException>(call);
        Assert.Equal(reason, refused.Reason);
        return refused;
    }

    private static async Task<Operated> StartAsync(string engine, int changes)
    {
        var log = new TestLog("membership").AddUntil(changes);
        var databases = await TestDatabases.CreateAsync(engine);
        var worker = new TestWorker(databases, logs: log);
        return new Operated(log, databases, worker, await TestBus.StartAsync(rabbitMq: engine == "postgresql", worker));
    }

    private sealed record Operated(TestLog Log, TestDatabases Databases, TestWorker Worker, TestBus Bus) : IAsyncDisposable
    {
        public ReportingRpcs Rpcs { get; } = Bus.Rpcs(Worker);

        public Task AddGoodAsync(params long[] positions) =>
            Worker.History.AddAsync(Log.Consumed.Where(c => positions.Contains(c.Position)), Cancel);

        // Twice: what is found missing in one look is fetched in the next.
        public async Task LookAsync()
        {
            await Worker.LookAsync();
            await Worker.LookAsync();
        }

        public async Task<IReadOnlyList<DeadLetter>> WaitingAsync() => (await Rpcs.ListDeadLetters(new(), new OperatorCall())).DeadLetters;

        public async Task<DeadLetter> SingleAsync() => Assert.Single(await WaitingAsync());

        public async ValueTask DisposeAsync()
        {
            await Bus.DisposeAsync();
            await Worker.DisposeAsync();
            await Databases.DisposeAsync();
        }
    }
}
