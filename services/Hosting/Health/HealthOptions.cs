using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Platform.Hosting.Health;

/// <summary>How a process tells of its health: section <c>Health</c> of the configuration.</summary>
public sealed class HealthOptions
{
    /// <summary>
    /// The address of a port of its own for probes and metrics, without TLS or tokens: <c>/livez</c>, <c>/readyz</c> and
    /// <c>/metrics</c> over HTTP/1.1, for example <c>http://0.0.0.0:8081</c>. Empty for none; <c>grpc.health.v1</c> is served with the
    /// other services in any case.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>
    /// How long the process goes on serving after it was told to stop and says that it is not ready: as long as those who send
    /// it calls need to notice.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan DrainDelay { get; set; }
}

/// <summary>Refuses to start on an address that cannot be listened on.</summary>
internal sealed class HealthOptionsValidator : IValidateOptions<HealthOptions>
{
    public ValidateOptionsResult Validate(string? name, HealthOptions options) =>
        options.Address.Length == 0
            || (Uri.TryCreate(options.Address, UriKind.Absolute, out var uri) && uri.Scheme == "http"
                && (uri.Host == "localhost" || IPAddress.TryParse(uri.Host, out _)))
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Health:Address is \"{options.Address}\". Write http://, an IP address or localhost, and a port, "
                + "for example http://0.0.0.0:8081.");
}
