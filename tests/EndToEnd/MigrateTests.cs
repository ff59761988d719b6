using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>What an operator sees of the schemas before, while and after they are brought up to date.</summary>
public sealed class MigrateTests : IAsyncLifetime
{
    private static readonly string[] Stores = ["meetings", "reporting"];

    private readonly string _id = $"migrate_{Guid.NewGuid():n}";
    private readonly Dictionary<string, string> _settings = [];

    public async ValueTask InitializeAsync()
    {
        foreach (var store in Stores)
        {
            await TestServers.CreateDatabaseAsync($"{_id}_{store}");
            _settings[$"ConnectionStrings:{store}"] = TestServers.ConnectionTo($"{_id}_{store}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in Stores)
            await TestServers.DropDatabaseAsync($"{_id}_{store}");
    }

    [Fact]
    public async Task Plan_OfNewDatabases_WritesTheSqlAndChangesNothing()
    {
        var plan = await RunAsync("migrate", "plan");

        Assert.Equal(0, plan.ExitCode);
        Assert.Contains("-- Migration 1\n", plan.Output, StringComparison.Ordinal);
        Assert.Contains("create table change", plan.Output, StringComparison.Ordinal);
        var status = await RunAsync("migrate", "status");
        Assert.Equal(1, status.ExitCode);
        Assert.Equal(["meetings: schema 0 of", "reporting: schema 0 of", "reporting's projection: schema 0 of"],
            status.Output.TrimEnd().Split('\n').Select(line => line[..(line.IndexOf(" of", StringComparison.Ordinal) + 3)]));
    }

    [Fact]
    public async Task StatusThatWaits_WhileAnotherApplies_EndsWhenItIsDone()
    {
        var waiting = RunAsync("migrate", "status", "--wait", "120");

        var applied = await RunAsync("migrate", "apply");

        Assert.Equal((0, ""), (applied.ExitCode, applied.Errors));
        var status = await waiting;
        Assert.Equal((0, ""), (status.ExitCode, status.Errors));
        Assert.All(status.Output.TrimEnd().Split('\n'), line => Assert.EndsWith(", up to date.", line, StringComparison.Ordinal));
        Assert.DoesNotContain("create table", (await RunAsync("migrate", "plan")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_OfOneServiceAndOfOneThatIsNotConfigured_NamesThem()
    {
        Assert.StartsWith("meetings: schema 0 of ", (await RunAsync("migrate", "status", "--service", "meetings")).Output,
            StringComparison.Ordinal);

        var refused = await RunAsync("migrate", "status", "--service", "membership");

        Assert.Equal((1, "There is no PostgreSQL database for membership. Set ConnectionStrings__membership."),
            (refused.ExitCode, refused.Errors));
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => RunningProcess.RunPlatformAsync(_settings, arguments);
}
