using System.Diagnostics.Metrics;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Platform.Hosting.Health;
using static Grpc.Health.V1.HealthCheckResponse.Types;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace Platform.Hosting.Tests.Health;

public sealed class HealthServiceTests
{
    private const string Probe = "platform.probe.v1.ProbeService";

    [Theory]
    [InlineData("", ServingStatus.Serving)]
    [InlineData(Probe, ServingStatus.Serving)]
    [InlineData("liveness", ServingStatus.Serving)]
    public async Task Check_WithoutToken_TellsTheState(string service, ServingStatus expected)
    {
        await using var process = await TestProcess.StartAsync(b => b.Services.AddReadinessCheck(Probe, (_, _) => Task.FromResult(true)));

        Assert.Equal(expected, await CheckAsync(process, service));
    }

    [Fact]
    public async Task Check_UnknownService_IsNotFound()
    {
        await using var process = await TestProcess.StartAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(process, "platform.other.v1.OtherService"));

        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Check_StoreAway_TakesReadinessAndNotLiveness(bool throws)
    {
        var away = false;
        await using var process = await TestProcess.StartAsync(b => b.Services.AddReadinessCheck(Probe, (_, _) => away && throws
            ? throw new IOException("away") : Task.FromResult(!away)));
        Assert.Equal(ServingStatus.Serving, await CheckAsync(process, Probe));

        away = true;
        process.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ServingStatus.NotServing, await CheckAsync(process, Probe));
        Assert.Equal(ServingStatus.NotServing, await CheckAsync(process, ""));
        Assert.Equal(ServingStatus.Serving, await CheckAsync(process, "liveness"));
    }

    [Fact]
    public async Task Check_NotReadyYet_IsNoWarning()
    {
        var ready = false;
        await using var process = await TestProcess.StartAsync(b => b.Services.AddReadinessCheck(Probe, (_, _) => Task.FromResult(ready)));

        Assert.Equal(ServingStatus.NotServing, await CheckAsync(process, Probe));
        Assert.Equal([(LogLevel.Information, $"{Probe} is not ready yet")], Told(process));

        foreach (var now in new[] { true, false })
        {
            ready = now;
            process.Time.Advance(TimeSpan.FromSeconds(1));
            await CheckAsync(process, Probe);
        }
        Assert.Equal([(LogLevel.Information, $"{Probe} is ready"), (LogLevel.Warning, $"{Probe} is not ready")], Told(process).Skip(1));
    }

    [Fact]
    public async Task Metric_OfAServiceWithTwoChecks_IsReadyWhenBothAre()
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var metrics = new HealthMetrics(meters);
        using var listener = new MeterListener();
        var seen = new List<int>();
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => seen.Add(value));
        listener.InstrumentPublished = (instrument, to) =>
        {
            // Other tests have meters of the same name.
            if (ReferenceEquals(instrument.Meter.Scope, meters))
                to.EnableMeasurementEvents(instrument);
        };
        listener.Start();
        static HealthReportEntry Entry(HealthStatus status) => new(status, null, TimeSpan.Zero, null, null, [Probe]);

        foreach (var other in new[] { HealthStatus.Unhealthy, HealthStatus.Healthy })
        {
            await metrics.PublishAsync(new HealthReport(new Dictionary<string, HealthReportEntry>
            {
                ["one"] = Entry(other),
                ["two"] = Entry(HealthStatus.Healthy),
            }, TimeSpan.Zero), TestContext.Current.CancellationToken);
        }

        Assert.Equal([0, 1], seen);
    }

    [Fact]
    public async Task Check_FaultAtTheFirstLook_IsAWarning()
    {
        await using var process = await TestProcess.StartAsync(b => b.Services.AddReadinessCheck(Probe,
            (_, _) => throw new IOException("away")));

        Assert.Equal(ServingStatus.NotServing, await CheckAsync(process, Probe));

        Assert.Equal([(LogLevel.Warning, $"{Probe} is not ready")], Told(process));
    }

    [Fact]
    public async Task Check_AskedOften_ChecksOnceASecond()
    {
        var runs = 0;
        await using var process = await TestProcess.StartAsync(b => b.Services.AddReadinessCheck(Probe,
            (_, _) => Task.FromResult(Interlocked.Increment(ref runs) > 0)));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => CheckAsync(process, "")));

        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Check_StoreHangs_IsNotServingAfterThreeSeconds()
    {
        await using var process = await TestProcess.StartAsync(b => b.Services.AddReadinessCheck(Probe,
            (_, cancel) => Task.Delay(Timeout.InfiniteTimeSpan, cancel).ContinueWith(_ => true, TaskScheduler.Default)));

        var status = CheckAsync(process, "");
        await process.Time.UntilTimerIsSetAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        process.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(ServingStatus.NotServing, await status);
    }

    [Fact]
    public async Task Watch_StateChanges_IsTold()
    {
        var away = false;
        await using var process = await TestProcess.StartAsync(b => b.Services.AddReadinessCheck(Probe, (_, _) => Task.FromResult(!away)));
        using var call = new HealthClient(process.Channel).Watch(new HealthCheckRequest { Service = Probe },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ServingStatus.Serving, await NextAsync(call));

        away = true;
        process.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ServingStatus.NotServing, await NextAsync(call));
    }

    [Fact]
    public async Task Watch_UnknownService_IsToldAndGoesOn()
    {
        await using var process = await TestProcess.StartAsync();
        using var call = new HealthClient(process.Channel).Watch(new HealthCheckRequest { Service = "platform.other.v1.OtherService" },
            cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(ServingStatus.ServiceUnknown, await NextAsync(call));
        Assert.False(call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).IsCompleted);
    }

    [Fact]
    public async Task Watch_ProcessStops_IsToldAndDoesNotHoldItUp()
    {
        await using var process = await TestProcess.StartAsync();
        using var call = new HealthClient(process.Channel).Watch(new HealthCheckRequest(),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ServingStatus.Serving, await NextAsync(call));

        var stopped = process.App.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(ServingStatus.NotServing, await NextAsync(call));
        Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        await stopped;
    }

    private static IEnumerable<(LogLevel Level, string Text)> Told(TestProcess process) =>
        process.Log.Entries.Where(e => e.Text.StartsWith(Probe, StringComparison.Ordinal)).Select(e => (e.Level, e.Text));

    private static async Task<ServingStatus> CheckAsync(TestProcess process, string service) =>
        (await new HealthClient(process.Channel)
            .CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: TestContext.Current.CancellationToken)).Status;

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return call.ResponseStream.Current.Status;
    }
}
