using System.Text;
using MassTransit;
using Platform.Common.V1;
using Platform.Processes;
using Platform.Reporting.Tests.Consumers;

namespace Platform.Reporting.Tests.DeadLetters;

/// <summary>A message that cannot be handled becomes a dead letter with its reason, and takes no other with it.</summary>
public sealed class PoisonTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, InlineData("sqlite", false), InlineData("postgresql", true)]
    public async Task Consume_PoisonAmongMany_IsKeptAlone(string engine, bool rabbitMq)
    {
        var log = new TestLog("membership").AddUntil(300);
        log.Changes[41].Metadata.EffectiveDate = "yesterday";
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: log);
        await using var bus = await TestBus.StartAsync(rabbitMq, worker);

        await Task.WhenAll(log.Changes.Select(bus.PublishAsync));
        await Eventually.IsTrueAsync(async () => (await worker.PositionsAsync("membership")).Count() == 299
            && (await LettersAsync(worker)).Count == 1);

        var letter = Assert.Single(await LettersAsync(worker));
        Assert.Equal(("membership", log.Changes[41].Metadata.ChangeId, 42, "participants/r42"),
            (letter.Service, letter.ChangeId, letter.Position, letter.ResourceName));
        Assert.Equal("The change of \"participants/r42\" at position 42 of membership has the effective date \"yesterday\", which is not "
            + "a valid day.", letter.Reason);
        var whole = (await worker.DeadLetters.FindAsync(letter.Name["deadLetters/".Length..], Cancel))!;
        Assert.Contains("InvalidDataException", whole.Fault, StringComparison.Ordinal);
        Assert.Contains("yesterday", whole.Body.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Theory, InlineData("sqlite", false), InlineData("postgresql", true)]
    public async Task Consume_BytesThatAreNoMessage_AreKeptAsTheyCame(string engine, bool rabbitMq)
    {
        var log = new TestLog("membership").AddUntil(1);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: log);
        await using var bus = await TestBus.StartAsync(rabbitMq, worker);
        var messageId = NewId.NextGuid();
        var garbage = Encoding.UTF8.GetBytes("{\"message\": {\"metadata\": ");

        await bus.SendAsync("membership", garbage, messageId);
        await bus.PublishAsync(log.Changes[0]);
        await Eventually.IsTrueAsync(async () => (await worker.PositionsAsync("membership")).Any()
            && (await LettersAsync(worker)).Count == 1);

        var letter = Assert.Single(await LettersAsync(worker));
        Assert.Equal((messageId.ToString(), 0, ""), (letter.ChangeId, letter.Position, letter.ResourceName));
        Assert.StartsWith("It cannot be read as a change of membership: ", letter.Reason, StringComparison.Ordinal);
        Assert.Equal(garbage, (await worker.DeadLetters.FindAsync(letter.Name["deadLetters/".Length..], Cancel))!.Body.ToByteArray());
    }

    [Theory, InlineData("sqlite", false), InlineData("postgresql", true)]
    public async Task Consume_MessageOfAnotherType_IsKept(string engine, bool rabbitMq)
    {
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: new TestLog("membership"));
        await using var bus = await TestBus.StartAsync(rabbitMq, worker);
        var queue = await bus.Bus.GetSendEndpoint(new Uri("exchange:reporting-membership"));

        await queue.Send(new Greeting("Hello"), Cancel);
        await Eventually.IsTrueAsync(async () => (await LettersAsync(worker)).Count == 1);

        Assert.Equal("It is not a change of membership: the worker does not know messages of its type.",
            Assert.Single(await LettersAsync(worker)).Reason);
    }

    [Theory, InlineData("sqlite", false), InlineData("postgresql", true)]
    public async Task Consume_SamePoisonAgain_IsOneDeadLetter(string engine, bool rabbitMq)
    {
        var log = new TestLog("membership").AddUntil(2);
        log.Changes[0].Metadata.Kind = (ChangeKind)99;
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: log);
        await using var bus = await TestBus.StartAsync(rabbitMq, worker);

        await bus.PublishAsync(log.Changes[0]);
        await Eventually.IsTrueAsync(async () => (await LettersAsync(worker)).Count == 1);
        var first = (await LettersAsync(worker))[0];
        await bus.PublishAsync(log.Changes[0]);
        await Eventually.IsTrueAsync(async () => (await LettersAsync(worker))[0].FailTime.ToDateTime() > first.FailTime.ToDateTime());

        Assert.Equal(first.Name, Assert.Single(await LettersAsync(worker)).Name);
    }

    [Theory, InlineData("sqlite", false), InlineData("postgresql", true)]
    public async Task Consume_DatabaseAway_MakesNoDeadLetters(string engine, bool rabbitMq)
    {
        var log = new TestLog("membership").AddUntil(200);
        await using var databases = await TestDatabases.CreateAsync(engine);
        await using var worker = new TestWorker(databases, logs: log);
        await using var bus = await TestBus.StartAsync(rabbitMq, worker);
        await using (await Outage.BeginAsync(databases, worker))
        {
            await Task.WhenAll(log.Changes.Select(bus.PublishAsync));
            // Longer than the retries of a message take.
            await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, Cancel);
        }

        await Eventually.IsTrueAsync(async () => (await worker.PositionsAsync("membership")).Count() == 200);
        Assert.Empty(await LettersAsync(worker));
    }

    private static Task<List<V1.DeadLetter>> LettersAsync(TestWorker worker) =>
        worker.DeadLetters.ListAsync(discarded: false, "", 10, Cancel);

    internal sealed record Greeting(string Text);
}
