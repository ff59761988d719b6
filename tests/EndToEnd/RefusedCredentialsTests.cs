using Platform.Processes;

namespace Platform.EndToEnd.Tests;

/// <summary>A worker whose credentials the broker refuses says so and ends, instead of serving and consuming nothing.</summary>
public sealed class RefusedCredentialsTests
{
    [Fact]
    public async Task Worker_WhosePasswordIsRefused_EndsAndConsumesAgainWhenItIsStartedWithTheRightOne()
    {
        var id = $"refused{Guid.NewGuid():n}"[..20];
        var folder = Directory.CreateTempSubdirectory("platform-refused-").FullName;
        await TestServers.CreateVirtualHostAsync(id);
        await TestServers.PutUserAsync(id, "first", id);
        try
        {
            await using (var worker = Start(folder, id, "first"))
            {
                await ConsumesAsync(id);
                await TestServers.PutUserAsync(id, "second", id);
                await TestServers.DisconnectAsync(id);

                var end = await worker.EndAsync();
                Assert.Equal(1, end.ExitCode);
                Assert.Contains("The broker refuses the user or the password of RabbitMq:Uri", end.Output, StringComparison.Ordinal);
            }
            await using (var worker = Start(folder, id, "first"))
                Assert.Equal(1, (await worker.EndAsync()).ExitCode);
            await using (Start(folder, id, "second"))
                await ConsumesAsync(id);
        }
        finally
        {
            await TestServers.DeleteUserAsync(id);
            await TestServers.DeleteVirtualHostAsync(id);
            Directory.Delete(folder, recursive: true);
        }
    }

    // The broker tells of a connection, which then can be ended, some seconds after it was made.
    private static Task ConsumesAsync(string id) => Eventually.IsTrueAsync(async () =>
        await TestServers.ConsumersAsync(id, "reporting-meetings") == 1 && await TestServers.ConnectionsAsync(id) > 0);

    private static RunningProcess Start(string folder, string id, string password) => RunningProcess.Start(
        Repository.Program("workers/Reporting", "Platform.Reporting.dll"), new Dictionary<string, string>
        {
            ["Listen:Address"] = "http://127.0.0.1:0",
            ["Data:Directory"] = folder,
            ["RabbitMq:Uri"] = new UriBuilder(TestServers.VirtualHost(id)) { UserName = id, Password = password }.Uri.AbsoluteUri,
            ["RabbitMq:AllowCleartext"] = "true",
            ["Identity:SigningKeyFile"] = Path.Combine(folder, "key.pem"),
            ["Services:Membership:Address"] = "http://127.0.0.1:1",
            ["Services:Meetings:Address"] = "http://127.0.0.1:1",
            ["Services:Commitments:Address"] = "http://127.0.0.1:1",
        });
}
