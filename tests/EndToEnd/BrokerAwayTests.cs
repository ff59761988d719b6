using System.Text.RegularExpressions;
using Grpc.Net.Client;
using Platform.Commands;
using Platform.Hosting.Identity;
using Platform.Membership.V1;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A broker that is away delays the changes and stops nothing else.</summary>
public sealed partial class BrokerAwayTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly string _health = $"http://127.0.0.1:{LoopbackPorts.Free()}";
    private DistributedPlatform _platform = null!;
    private Proxy _broker = null!;
    private GrpcChannel _membership = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await DistributedPlatform.PrepareAsync();
        _broker = new Proxy(LoopbackPorts.Free(), _platform.VirtualHost.Port);
        _platform.Set("RabbitMq:Uri", new UriBuilder(_platform.VirtualHost) { Port = _broker.Port }.Uri.AbsoluteUri);
        _platform.SetOf("membership", "Health:Address", _health);
        _membership = _platform.ChannelTo("membership");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _membership.Dispose();
        await _platform.DisposeAsync();
        _broker.Dispose();
    }

    [Fact]
    public async Task Service_StartedWhileTheBrokerIsAway_IsReadyAndRecords()
    {
        _broker.Refuse("away");
        _platform.Start("membership");
        await Eventually.IsTrueAsync(_membership.IsServingAsync);

        Assert.Equal("ready\n", await GetAsync("/readyz"));
        await RecordAsync(_membership);
    }

    // In one process, so that it consumes, too.
    [Fact]
    public async Task Platform_ThatLosesTheBroker_IsReadyAndRecords()
    {
        await using var platform = await _platform.StartInOneProcessAsync(("Health:Address", _health));
        await Eventually.IsTrueAsync(platform.Channel.IsServingAsync);
        await Eventually.IsTrueAsync(async () =>
            await TestServers.ConsumersAsync(_platform.VirtualHost.AbsolutePath[1..], "reporting-membership") == 1);

        _broker.Refuse("away");
        await RecordAsync(platform.Channel);
        // It has noticed: it tried to publish the change.
        await Eventually.IsTrueAsync(async () => RelayFailures().IsMatch(await GetAsync("/metrics")));

        Assert.Equal("ready\n", await GetAsync("/readyz"));
        // An operator sees it at a glance.
        await Eventually.IsTrueAsync(async () => await PlatformCommand.RunAsync(["status", .. platform.Connection])
            is { ExitCode: 1 } status && status.Output.Contains("1 change not published for ", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^platform_relay_failures_total\{[^}]*\} [1-9]", RegexOptions.Multiline, 1000)]
    private static partial Regex RelayFailures();

    private Task<string> GetAsync(string path) => _http.GetStringAsync(_health + path, TestContext.Current.CancellationToken);

    private async Task RecordAsync(GrpcChannel channel)
    {
        var body = await new MembershipService.MembershipServiceClient(channel).CreateBodyAsync(new()
        {
            Body = new()
            {
                Name = "bodies/recorded",
                Kind = BodyKind.AdHocGroup,
                Names = { new DatedName { Text = "A body that is recorded", Kind = NameKind.Official } },
            },
        }, PlatformProcess.HeaderOf(_platform.Folder, Role.Officer), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("bodies/recorded", body.Body.Name);
    }
}
