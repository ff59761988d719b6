using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Commands;
using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>The dashboard of <c>deploy/monitoring</c> shows metrics that a process has.</summary>
public sealed partial class DashboardTests
{
    // There once there is something to count, or a token or certificate that ends.
    private static readonly string[] OnlyWithACause =
    [
        "platform_relay_failures_total", "platform_feed_cut_total", "platform_service_token_expires_seconds",
        "platform_certificate_expires_seconds",
    ];

    [Fact]
    public async Task EveryMetric_OfAPlatformThatWorked_IsThere()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var databases = await DistributedPlatform.PrepareAsync();
        var health = $"http://127.0.0.1:{LoopbackPorts.Free()}";
        await using var platform = await databases.StartInOneProcessAsync(("Health:Address", health));
        await platform.ImportAsync();
        (await PlatformCommand.RunAsync(["report", "--base", "meetings/mc-4", "--out", Path.Combine(databases.Folder, "r.xlsx"),
            .. platform.Connection])).Succeeded();

        using var client = new HttpClient();
        var exposed = Name().Matches(await client.GetStringAsync($"{health}/metrics", cancel)).Select(m => m.Value).ToHashSet();
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "deploy", "monitoring", "dashboard.json"), cancel));
        var shown = dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(p => p.TryGetProperty("targets", out _))
            .SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .SelectMany(t => Metric().Matches(t.GetProperty("expr").GetString()!)).Select(m => m.Value).Distinct()
            .Except(OnlyWithACause).ToList();

        Assert.True(shown.Count >= 12);
        Assert.All(shown, metric => Assert.Contains(metric, exposed));
    }

    [GeneratedRegex("^[a-z_]+", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    // The name of a metric stands before its labels or a range, or is an argument.
    [GeneratedRegex("\\b(?:platform|http_server|dotnet|db_client_connection)_[a-z_]+(?=[{)\\[ ]|$)", RegexOptions.None,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Metric();
}
