using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Platform.Hosting.Health;
using Platform.Hosting.Identity;

namespace Platform.Hosting.Tests.Health;

/// <summary>Probes over HTTP/1.1 on a port of their own, and what a process does between the order to stop and its end.</summary>
public sealed class HealthPortTests
{
    private const string Probe = "platform.probe.v1.ProbeService";
    private const string OnAnyPort = "--Health:Address=http://127.0.0.1:0";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_WhileTheStoreIsAway_IsLiveAndNotReady()
    {
        var away = false;
        await using var process = await TestProcess.StartAsync(b => b.Services.AddReadinessCheck(Probe, (_, _) => Task.FromResult(!away)),
            settings: OnAnyPort);
        Assert.Equal((HttpStatusCode.OK, "ready\n"), await GetAsync(process, "/readyz"));

        away = true;
        process.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, $"not ready: {Probe}\n"), await GetAsync(process, "/readyz"));
        Assert.Equal((HttpStatusCode.OK, "live\n"), await GetAsync(process, "/livez"));
    }

    [Fact]
    public async Task Get_AnythingElse_IsNotThere()
    {
        await using var process = await TestProcess.StartAsync(settings: OnAnyPort);

        foreach (var path in new[] { "/", "/rcp.probe.v1.ProbeService/Ask", "/grpc.health.v1.Health/Check" })
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(process, path)).Status);
    }

    [Fact]
    public async Task Get_OnThePortOfTheServices_IsNotAnswered()
    {
        await using var process = await TestProcess.StartAsync(settings: OnAnyPort);
        using var client = new HttpClient();

        // Whatever the Host header says.
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{process.Address}/readyz") { Headers = { Host = "127.0.0.1:8081" } };
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        using var answer = await client.SendAsync(request, Cancel);

        Assert.DoesNotContain("ready", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WithADrainDelay_IsNotReadyFirstAndServesOn()
    {
        var delay = TimeSpan.FromSeconds(7);
        await using var process = await TestProcess.StartAsync(settings: [OnAnyPort, "--Health:DrainDelay=00:00:07"]);
        var drain = process.App.Services.GetRequiredService<Drain>();

        // What SIGTERM does.
        process.App.Lifetime.StopApplication();
        var stopped = process.App.StopAsync(Cancel);
        await process.Time.UntilTimerIsSetAsync(delay, Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync(process, "/readyz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(process, "/livez")).Status);
        Assert.Equal("still", (await process.Client.AskAsync(new() { Text = "still" }, process.As(Role.Officer), cancellationToken: Cancel))
            .Text);
        Assert.False(drain.Ended.IsCancellationRequested);

        process.Time.Advance(delay);
        await stopped;

        Assert.True(drain.Ended.IsCancellationRequested);
        await Assert.ThrowsAsync<RpcException>(async () =>
            await process.Client.AskAsync(new(), process.As(Role.Officer), cancellationToken: Cancel));
    }

    [Theory]
    [InlineData("https://0.0.0.0:8081")]
    [InlineData("0.0.0.0:8081")]
    [InlineData("http://example.org:8081")]
    public async Task Start_AddressThatIsNone_IsRefusedWithASentence(string address)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(
            () => TestProcess.StartAsync(settings: $"--Health:Address={address}"));

        Assert.StartsWith($"Health:Address is \"{address}\". Write http://,", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(TestProcess process, string path)
    {
        var address = process.App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Last();
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(address + path), Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
