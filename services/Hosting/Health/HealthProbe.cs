using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Platform.Hosting.Settings;

namespace Platform.Hosting.Health;

/// <summary>Asks the process on the same machine whether it is ready: the health check of images that have no shell.</summary>
internal static class HealthProbe
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Writes what <c>/readyz</c> answers and returns an exit code: 0 ready, 1 not.</summary>
    /// <param name="args">The command line of the process.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        // Only the settings: to prepare a process for the question, every ten seconds, would take half as long again.
        var options = ProcessSettings.Read(args).GetSection("Health").Get<HealthOptions>() ?? new HealthOptions();
        if (options.Address.Length == 0)
            throw new InvalidOperationException("Health:Address is not set: without it there is no port to ask.");
        // A process that listens on every address answers on loopback.
        var address = new UriBuilder(options.Address) { Path = "/readyz" };
        address.Host = address.Host switch { "0.0.0.0" => "127.0.0.1", "[::]" => "[::1]", var host => host };
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout };
        try
        {
            using var answer = await client.GetAsync(address.Uri);
            await Console.Out.WriteLineAsync((await answer.Content.ReadAsStringAsync()).TrimEnd());
            return (int)answer.StatusCode == StatusCodes.Status200OK ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address.Uri} does not answer: {e.Message}");
            return 1;
        }
    }
}
