using System.Diagnostics.Metrics;
using Grpc.Core;
using Platform.Fixtures;
using Platform.Meetings.V1;
using Platform.Processes;

namespace Platform.Meetings.Tests;

/// <summary>A caller that does not read what it follows costs a service little, and is told so.</summary>
public abstract class SlowReaderTests(PlatformFixture platform)
{
    [Fact]
    public async Task Follow_CallerThatDoesNotRead_IsCutWithAClearError()
    {
        var first = await platform.Reader.ChangeLog.GetLatestPositionAsync(new() { Service = "meetings" });
        // More than the connection holds for a caller that does not read.
        for (var i = 0; i < 150; i++)
            await platform.RecordedAsync<Outcome>(o => o.Summary = new string('s', 1_000));
        var cut = 0L;
        using var meter = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            { if (instrument.Name == "platform.feed.cut") listener.EnableMeasurementEvents(instrument); }
        };
        meter.SetMeasurementEventCallback<long>((_, count, _, _) => cut += count);
        meter.Start();
        var before = Count();

        using var stream = platform.Reader.Meetings.FollowChanges(new() { AfterPosition = first.Position, LogId = first.LogId });
        await Eventually.IsTrueAsync(() => Task.FromResult(Count() > before));

        // Then it reads what had been sent, and after that why there is no more.
        long position = 0;
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await stream.ResponseStream.MoveNext(CancellationToken.None))
                position = stream.ResponseStream.Current.Position;
        });
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains("unread for 2 seconds", refused.Status.Detail, StringComparison.Ordinal);
        // It can go on from there.
        using var resumed = platform.Reader.Meetings.FollowChanges(new() { AfterPosition = position, LogId = first.LogId });
        Assert.True(await resumed.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(position + 1, resumed.ResponseStream.Current.Position);

        // Of every platform of this process.
        long Count()
        {
            cut = 0;
            meter.RecordObservableInstruments();
            return cut;
        }
    }
}

// One after the other: what one counts, the other would take for its own.
[Collection("Slow readers")]
public sealed class SlowReaderEmbedded(EmbeddedPlatform platform) : SlowReaderTests(platform);

[Collection("Slow readers")]
public sealed class SlowReaderOnServers(ServersPlatform platform) : SlowReaderTests(platform);
