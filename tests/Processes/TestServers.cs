using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace Platform.Processes;

/// <summary>The PostgreSQL and RabbitMQ servers that the environment names: where tests have databases and virtual
/// hosts of their own.</summary>
public static class TestServers
{
    private static readonly Lazy<NpgsqlDataSource> Server = new(() =>
    {
        var builder = new NpgsqlDataSourceBuilder(Setting("PLATFORM_TEST_POSTGRES"));
        // What is asked of it needs none, and looking them up takes longer than most of it.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    });

    /// <summary>What the environment says, for example <c>PLATFORM_TEST_BUF</c>.</summary>
    public static string Setting(string variable) => Environment.GetEnvironmentVariable(variable)
        ?? throw new InvalidOperationException($"{variable} is not set. Run `bash tests/run.sh`, which starts servers and sets it.");

    /// <summary>The connection string of a database.</summary>
    public static string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder(Setting("PLATFORM_TEST_POSTGRES")) { Database = database, MaxPoolSize = 20 }.ConnectionString;

    /// <summary>Makes a database.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="template">The database that it is a copy of; the empty one of the server if none is given.</param>
    public static Task CreateDatabaseAsync(string name, string template = "template1") =>
        // Copied as files: half the time of copying it through the write-ahead log, which is for large servers in use.
        RunAsync($"create database {name} template {template} strategy file_copy");

    /// <summary>Removes a database, whoever uses it.</summary>
    public static Task DropDatabaseAsync(string name) => RunAsync($"drop database if exists {name} with (force)");

    /// <summary>The address of a virtual host.</summary>
    public static Uri VirtualHost(string name) => new UriBuilder(Setting("PLATFORM_TEST_RABBITMQ")) { Path = name }.Uri;

    /// <summary>Makes a virtual host.</summary>
    public static Task CreateVirtualHostAsync(string name) => CallBrokerAsync(HttpMethod.Put, $"vhosts/{name}");

    /// <summary>Removes a virtual host.</summary>
    public static Task DeleteVirtualHostAsync(string name) => CallBrokerAsync(HttpMethod.Delete, $"vhosts/{name}");

    /// <summary>Runs SQL on the server, for example to take a database away.</summary>
    public static async Task RunAsync(string sql)
    {
        await using var command = Server.Value.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Puts a message of any bytes into a queue of a virtual host.</summary>
    public static Task SendAsync(string virtualHost, string queue, byte[] body) =>
        CallBrokerAsync(HttpMethod.Post, $"exchanges/{virtualHost}/amq.default/publish", JsonContent.Create(new
        {
            properties = new { },
            routing_key = queue,
            payload = Convert.ToBase64String(body),
            payload_encoding = "base64",
        }));

    /// <summary>Makes a user of the broker who may do everything in a virtual host, or gives him another password.</summary>
    public static async Task PutUserAsync(string user, string password, string virtualHost)
    {
        await CallBrokerAsync(HttpMethod.Put, $"users/{user}", JsonContent.Create(new { password, tags = "" }));
        await CallBrokerAsync(HttpMethod.Put, $"permissions/{virtualHost}/{user}",
            JsonContent.Create(new { configure = ".*", write = ".*", read = ".*" }));
    }

    /// <summary>Removes a user of the broker.</summary>
    public static Task DeleteUserAsync(string user) => CallBrokerAsync(HttpMethod.Delete, $"users/{user}");

    /// <summary>Ends the connections of a user.</summary>
    public static Task DisconnectAsync(string user) => CallBrokerAsync(HttpMethod.Delete, $"connections/username/{user}");

    /// <summary>How many connections of a user the broker tells of.</summary>
    public static async Task<int> ConnectionsAsync(string user)
    {
        using var answer = await CallBrokerAsync(HttpMethod.Get, $"connections/username/{user}");
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray().Count;
    }

    /// <summary>How many consumers a queue has; none while there is no queue.</summary>
    public static async Task<int> ConsumersAsync(string virtualHost, string queue)
    {
        using var answer = await CallBrokerAsync(HttpMethod.Get, $"queues/{virtualHost}");
        var queues = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray();
        return queues.FirstOrDefault(q => q!["name"]!.GetValue<string>() == queue)?["consumers"]?.GetValue<int>() ?? 0;
    }

    private static async Task<HttpResponseMessage> CallBrokerAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        var address = new Uri(Setting("PLATFORM_TEST_RABBITMQ_MANAGEMENT"));
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method, new Uri(address, $"/api/{path}")) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic",
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo))));
        var answer = await client.SendAsync(request);
        return answer.EnsureSuccessStatusCode();
    }
}
